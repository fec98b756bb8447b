import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'crm_account' };

const all = {
  label: 'All Accounts',
  data,
  columns: [
    { field: 'name', link: true },
    { field: 'relationship' },
    { field: 'industry' },
    { field: 'city' },
    { field: 'country' },
    { field: 'employees' },
    { field: 'tier' },
  ],
  sort: [{ field: 'name', order: 'asc' }],
  emptyState: { title: 'No accounts yet', message: 'Add the first organization you work with.' },
};

export default defineView({
  name: 'crm_account',
  label: 'Accounts',
  object: 'crm_account',
  list: all,
  listViews: {
    all,
    customers: {
      label: 'Customers',
      data,
      columns: [
        { field: 'name', link: true },
        { field: 'industry' },
        { field: 'city' },
        { field: 'annual_revenue' },
      ],
      filter: [{ field: 'relationship', operator: 'equals', value: 'customer' }],
      sort: [{ field: 'annual_revenue', order: 'desc' }],
    },
    prospects: {
      label: 'Prospects',
      data,
      columns: [
        { field: 'name', link: true },
        { field: 'industry' },
        { field: 'city' },
        { field: 'website' },
      ],
      filter: [{ field: 'relationship', operator: 'equals', value: 'prospect' }],
    },
    by_tier: {
      label: 'By Service Tier',
      type: 'kanban',
      data,
      columns: ['name', 'industry', 'city'],
      kanban: { groupByField: 'tier', columns: ['name', 'industry', 'city'] },
    },
  },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'profile',
          label: 'Profile',
          columns: 2,
          fields: [
            { field: 'name', required: true },
            { field: 'relationship', required: true },
            { field: 'industry' },
            { field: 'website' },
            { field: 'phone' },
            { field: 'tier' },
            { field: 'parent_account' },
          ],
        },
        {
          name: 'figures',
          label: 'Location and Figures',
          columns: 2,
          fields: [
            { field: 'city' },
            { field: 'country' },
            { field: 'employees' },
            { field: 'annual_revenue' },
            { field: 'vat_number' },
          ],
        },
        {
          name: 'more',
          label: 'Details',
          fields: [{ field: 'description', span: 'full' }, { field: 'external_id' }],
        },
      ],
    },
  },
});
