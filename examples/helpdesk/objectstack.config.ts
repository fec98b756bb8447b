import { defineStack } from '@objectstack/spec';
import { actions } from './src/actions';
import { apps } from './src/apps';
import { dashboards } from './src/dashboards';
import { data } from './src/data';
import { datasets } from './src/datasets';
import { flows } from './src/flows';
import { objects } from './src/objects';
import { permissions } from './src/permissions';
import { translations } from './src/translations';
import { views } from './src/views';
import { settings } from './src/settings';

export default defineStack({
  manifest: {
    id: 'com.example.helpdesk',
    namespace: 'hd',
    version: '0.4.0',
    type: 'app',
    name: 'Helpdesk',
    description:
      'Tickets with queues and service levels, tied to the accounts and contacts of the CRM; with a knowledge base and ratings.',
    dependencies: { 'com.example.crm': '^1.1.0', 'sys.feeds': '*' },
    engines: { protocol: '^17' },
    configurationSchema: settings,
  },
  requires: ['ui', 'automation', 'triggers'],
  i18n: { defaultLocale: 'en', supportedLocales: ['en', 'de', 'zh-CN'], fallbackLocale: 'en' },
  objects,
  views,
  apps,
  dashboards,
  datasets,
  actions,
  flows,
  permissions,
  translations,
  data,
});
