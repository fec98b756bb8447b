import crm from './crm.app';

export const apps = [crm];
