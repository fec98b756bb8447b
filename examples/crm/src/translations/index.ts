import de from './de';
import en from './en';
import fr from './fr';
import zhCn from './zh-CN';

export const translations = [en, de, zhCn, fr];
