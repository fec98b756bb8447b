import de from './de';
import en from './en';
import zhCn from './zh-CN';

export const translations = [en, de, zhCn];
