import { defineStack } from '@objectstack/spec';
import { apps } from './src/apps';
import { dashboards } from './src/dashboards';
import { data } from './src/data';
import { datasets } from './src/datasets';
import { objects } from './src/objects';
import { permissions } from './src/permissions';
import { reports } from './src/reports';
import { translations } from './src/translations';
import { views } from './src/views';
import { settings } from './src/settings';

export default defineStack({
  manifest: {
    id: 'com.example.crm',
    namespace: 'crm',
    version: '1.1.0',
    type: 'app',
    name: 'CRM',
    description:
      'Accounts, contacts, opportunities and the conversations in between, with a product catalogue and priced quotes.',
    engines: { protocol: '^17' },
    configurationSchema: settings,
  },
  requires: ['ui'],
  i18n: {
    defaultLocale: 'en',
    supportedLocales: ['en', 'de', 'zh-CN', 'fr'],
    fallbackLocale: 'en',
  },
  objects,
  views,
  apps,
  dashboards,
  reports,
  datasets,
  permissions,
  translations,
  data,
});
