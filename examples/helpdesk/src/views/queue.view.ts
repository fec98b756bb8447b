import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'hd_queue' };

const all = {
  label: 'Queues',
  data,
  columns: [
    { field: 'name', link: true },
    { field: 'email' },
    { field: 'default_sla' },
    { field: 'is_active' },
  ],
};

export default defineView({
  name: 'hd_queue',
  label: 'Queues',
  object: 'hd_queue',
  list: all,
  listViews: { all },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'queue',
          label: 'Queue',
          columns: 2,
          fields: [
            { field: 'name', required: true },
            { field: 'email' },
            { field: 'default_sla' },
            { field: 'is_active' },
            { field: 'description', span: 'full' },
            { field: 'external_id' },
          ],
        },
      ],
    },
  },
});
