import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'hd_sla_policy' };

const all = {
  label: 'SLA Policies',
  data,
  columns: [
    { field: 'name', link: true },
    { field: 'first_response_minutes' },
    { field: 'resolution_hours' },
    { field: 'working_hours_only' },
    { field: 'is_active' },
  ],
  sort: [{ field: 'first_response_minutes', order: 'asc' }],
};

export default defineView({
  name: 'hd_sla_policy',
  label: 'SLA Policies',
  object: 'hd_sla_policy',
  list: all,
  listViews: { all },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'policy',
          label: 'Policy',
          columns: 2,
          fields: [
            { field: 'name', required: true },
            { field: 'first_response_minutes', required: true },
            { field: 'resolution_hours', required: true },
            { field: 'working_hours_only' },
            { field: 'is_active' },
            { field: 'external_id' },
          ],
        },
      ],
    },
  },
});
