import { defineApp } from '@objectstack/spec/ui';

export default defineApp({
  name: 'crm_app',
  label: 'CRM',
  description: 'Customers, deals and the next step for each.',
  icon: 'handshake',
  branding: { primaryColor: '#0F766E' },
  navigation: [
    {
      id: 'nav_sales',
      label: 'Sales',
      icon: 'handshake',
      type: 'group',
      expanded: true,
      children: [
        {
          id: 'nav_accounts',
          label: 'Accounts',
          icon: 'building-2',
          type: 'object',
          objectName: 'crm_account',
        },
        {
          id: 'nav_contacts',
          label: 'Contacts',
          icon: 'contact',
          type: 'object',
          objectName: 'crm_contact',
        },
        {
          id: 'nav_opportunities',
          label: 'Opportunities',
          icon: 'target',
          type: 'object',
          objectName: 'crm_opportunity',
        },
        {
          id: 'nav_activities',
          label: 'Activities',
          icon: 'calendar-check',
          type: 'object',
          objectName: 'crm_activity',
        },
      ],
    },
    {
      id: 'nav_catalogue',
      label: 'Catalogue',
      icon: 'package',
      type: 'group',
      expanded: true,
      children: [
        {
          id: 'nav_products',
          label: 'Products',
          icon: 'package',
          type: 'object',
          objectName: 'crm_product',
        },
      ],
    },
    {
      id: 'nav_insight',
      label: 'Insight',
      icon: 'chart-column',
      type: 'group',
      expanded: true,
      children: [
        {
          id: 'nav_pipeline',
          label: 'Pipeline',
          icon: 'layout-dashboard',
          type: 'dashboard',
          dashboardName: 'crm_pipeline',
        },
        {
          id: 'nav_forecast',
          label: 'Forecast',
          icon: 'table',
          type: 'report',
          reportName: 'crm_forecast_by_month',
        },
      ],
    },
  ],
});
