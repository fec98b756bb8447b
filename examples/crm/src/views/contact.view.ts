import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'crm_contact' };

const all = {
  label: 'All Contacts',
  data,
  columns: [
    { field: 'name', link: true },
    { field: 'account' },
    { field: 'job_title' },
    { field: 'influence' },
    { field: 'email' },
    { field: 'phone' },
  ],
  sort: [{ field: 'name', order: 'asc' }],
};

export default defineView({
  name: 'crm_contact',
  label: 'Contacts',
  object: 'crm_contact',
  list: all,
  listViews: {
    all,
    decision_makers: {
      label: 'Decision Makers',
      data,
      columns: [
        { field: 'name', link: true },
        { field: 'account' },
        { field: 'job_title' },
        { field: 'email' },
      ],
      filter: [{ field: 'influence', operator: 'equals', value: 'decision_maker' }],
    },
  },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'person',
          label: 'Person',
          columns: 2,
          fields: [
            { field: 'name', required: true },
            { field: 'account' },
            { field: 'job_title' },
            { field: 'influence' },
            { field: 'department' },
          ],
        },
        {
          name: 'reach',
          label: 'How to Reach',
          columns: 2,
          fields: [
            { field: 'email' },
            { field: 'phone' },
            { field: 'preferred_language' },
            { field: 'do_not_contact' },
            { field: 'consent_on' },
          ],
        },
        {
          name: 'more',
          label: 'Details',
          fields: [{ field: 'external_id' }],
        },
      ],
    },
  },
});
