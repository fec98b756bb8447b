import { defineDataset } from '@objectstack/spec/ui';

export default defineDataset({
  name: 'hd_ticket_metrics',
  label: 'Ticket Metrics',
  object: 'hd_ticket',
  dimensions: [
    { name: 'status', label: 'Status', field: 'status', type: 'string' },
    { name: 'priority', label: 'Priority', field: 'priority', type: 'string' },
    { name: 'queue', label: 'Queue', field: 'queue', type: 'lookup' },
    { name: 'channel', label: 'Channel', field: 'channel', type: 'string' },
  ],
  measures: [
    { name: 'ticket_count', label: 'Tickets', aggregate: 'count' },
    {
      name: 'rating_avg',
      label: 'Average Rating',
      aggregate: 'avg',
      field: 'rating',
      format: '0.0',
    },
  ],
});
