import helpdesk from './helpdesk.app';

export const apps = [helpdesk];
