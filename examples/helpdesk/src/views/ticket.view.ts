import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'hd_ticket' };

const open = {
  label: 'Open Tickets',
  data,
  columns: [
    { field: 'ticket_number', link: true },
    { field: 'subject' },
    { field: 'priority' },
    { field: 'status' },
    { field: 'queue' },
    { field: 'account' },
    { field: 'assignee' },
    { field: 'due_on' },
  ],
  filter: [{ field: 'status', operator: 'not_in', value: ['solved', 'closed'] }],
  sort: [{ field: 'due_on', order: 'asc' }],
  emptyState: {
    title: 'All answered',
    message: 'No ticket is waiting. New ones appear here as they arrive.',
  },
};

export default defineView({
  name: 'hd_ticket',
  label: 'Tickets',
  object: 'hd_ticket',
  list: open,
  listViews: {
    open,
    urgent: {
      label: 'Urgent',
      data,
      columns: [
        { field: 'ticket_number', link: true },
        { field: 'subject' },
        { field: 'status' },
        { field: 'account' },
        { field: 'contact' },
        { field: 'assignee' },
      ],
      filter: [
        { field: 'priority', operator: 'equals', value: 'urgent' },
        { field: 'status', operator: 'not_in', value: ['solved', 'closed'] },
      ],
    },
    board: {
      label: 'Board',
      type: 'kanban',
      data,
      columns: ['subject', 'priority', 'account', 'assignee'],
      kanban: { groupByField: 'status', columns: ['subject', 'priority', 'account', 'assignee'] },
    },
    all: {
      label: 'All Tickets',
      data,
      columns: [
        { field: 'ticket_number', link: true },
        { field: 'subject' },
        { field: 'status' },
        { field: 'priority' },
        { field: 'queue' },
        { field: 'account' },
        { field: 'solved_at' },
      ],
      sort: [{ field: 'ticket_number', order: 'desc' }],
    },
    escalated: {
      label: 'Escalated',
      data,
      columns: [
        { field: 'ticket_number', link: true },
        { field: 'subject' },
        { field: 'priority' },
        { field: 'account' },
        { field: 'assignee' },
        { field: 'due_on' },
      ],
      filter: [
        { field: 'escalated', operator: 'equals', value: true },
        { field: 'status', operator: 'not_in', value: ['solved', 'closed'] },
      ],
    },
    rated: {
      label: 'Ratings',
      data,
      columns: [
        { field: 'ticket_number', link: true },
        { field: 'subject' },
        { field: 'rating' },
        { field: 'rating_comment' },
        { field: 'account' },
      ],
      filter: [{ field: 'rating', operator: 'is_not_null' }],
      sort: [{ field: 'rating', order: 'asc' }],
    },
  },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'request',
          label: 'Request',
          columns: 2,
          fields: [
            { field: 'subject', required: true },
            { field: 'description', span: 'full' },
            { field: 'channel' },
            { field: 'account' },
            { field: 'contact' },
            { field: 'product' },
          ],
        },
        {
          name: 'handling',
          label: 'Handling',
          columns: 2,
          fields: [
            { field: 'status', required: true },
            { field: 'priority', required: true },
            { field: 'queue', required: true },
            { field: 'sla_policy' },
            { field: 'assignee' },
            { field: 'due_on' },
            { field: 'escalated' },
          ],
        },
        {
          name: 'outcome',
          label: 'Outcome',
          columns: 2,
          fields: [
            { field: 'first_response_at' },
            { field: 'solved_at' },
            { field: 'resolution', span: 'full' },
            { field: 'article' },
            { field: 'rating' },
            { field: 'rating_comment', span: 'full' },
            { field: 'external_id' },
          ],
        },
      ],
    },
  },
});
