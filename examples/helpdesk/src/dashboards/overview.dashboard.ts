import { Dashboard } from '@objectstack/spec/ui';

const open = { status: { $nin: ['solved', 'closed'] } };

export default Dashboard.create({
  name: 'hd_overview',
  label: 'Helpdesk Overview',
  description: 'How much is waiting, where, and how urgent it is.',
  widgets: [
    {
      id: 'open_tickets',
      title: 'Open Tickets',
      dataset: 'hd_ticket_metrics',
      values: ['ticket_count'],
      filter: open,
      layout: { x: 0, y: 0, w: 4, h: 2 },
    },
    {
      id: 'urgent_tickets',
      title: 'Urgent',
      dataset: 'hd_ticket_metrics',
      values: ['ticket_count'],
      colorVariant: 'danger',
      filter: {
        status: { $nin: ['solved', 'closed'] },
        priority: 'urgent',
      },
      layout: { x: 4, y: 0, w: 4, h: 2 },
    },
    {
      id: 'by_priority',
      title: 'By Priority',
      type: 'bar',
      dataset: 'hd_ticket_metrics',
      dimensions: ['priority'],
      values: ['ticket_count'],
      filter: open,
      layout: { x: 0, y: 2, w: 6, h: 4 },
      chartConfig: {
        type: 'bar',
        xAxis: { field: 'priority' },
        yAxis: [{ field: 'ticket_count' }],
      },
    },
    {
      id: 'by_channel',
      title: 'By Channel',
      type: 'donut',
      dataset: 'hd_ticket_metrics',
      dimensions: ['channel'],
      values: ['ticket_count'],
      layout: { x: 6, y: 2, w: 6, h: 4 },
      chartConfig: {
        type: 'donut',
        xAxis: { field: 'channel' },
        yAxis: [{ field: 'ticket_count' }],
      },
    },
    {
      id: 'rating',
      title: 'Average Rating',
      dataset: 'hd_ticket_metrics',
      values: ['rating_avg'],
      filter: { rating: { $gte: 1 } },
      layout: { x: 8, y: 0, w: 4, h: 2 },
    },
  ],
});
