import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'hd_ticket_comment' };

const all = {
  label: 'All Comments',
  data,
  columns: [
    { field: 'summary', link: true },
    { field: 'ticket' },
    { field: 'visibility' },
    { field: 'contact' },
    { field: 'sent_at' },
  ],
  sort: [{ field: 'sent_at', order: 'desc' }],
};

export default defineView({
  name: 'hd_ticket_comment',
  label: 'Ticket Comments',
  object: 'hd_ticket_comment',
  list: all,
  listViews: { all },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'message',
          label: 'Message',
          columns: 2,
          fields: [
            { field: 'ticket', required: true },
            { field: 'visibility', required: true },
            { field: 'summary', required: true },
            { field: 'contact' },
            { field: 'sent_at' },
            { field: 'body', required: true, span: 'full' },
            { field: 'external_id' },
          ],
        },
      ],
    },
  },
});
