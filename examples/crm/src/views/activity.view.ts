import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'crm_activity' };

const planned = {
  label: 'Planned',
  data,
  columns: [
    { field: 'subject', link: true },
    { field: 'kind' },
    { field: 'due_at' },
    { field: 'account' },
    { field: 'contact' },
    { field: 'opportunity' },
  ],
  filter: [{ field: 'status', operator: 'equals', value: 'planned' }],
  sort: [{ field: 'due_at', order: 'asc' }],
};

export default defineView({
  name: 'crm_activity',
  label: 'Activities',
  object: 'crm_activity',
  list: planned,
  listViews: {
    planned,
    all: {
      label: 'All Activities',
      data,
      columns: [
        { field: 'subject', link: true },
        { field: 'kind' },
        { field: 'status' },
        { field: 'due_at' },
        { field: 'account' },
      ],
      sort: [{ field: 'due_at', order: 'desc' }],
    },
    calendar: {
      label: 'Calendar',
      type: 'calendar',
      data,
      columns: ['subject', 'kind', 'status'],
      calendar: { startDateField: 'due_at', titleField: 'subject', colorField: 'kind' },
    },
  },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'what',
          label: 'What and When',
          columns: 2,
          fields: [
            { field: 'subject', required: true },
            { field: 'kind', required: true },
            { field: 'status', required: true },
            { field: 'due_at' },
            { field: 'duration_minutes' },
          ],
        },
        {
          name: 'about',
          label: 'About',
          columns: 2,
          fields: [{ field: 'account' }, { field: 'contact' }, { field: 'opportunity' }],
        },
        {
          name: 'more',
          label: 'Details',
          fields: [{ field: 'notes', span: 'full' }, { field: 'external_id' }],
        },
      ],
    },
  },
});
