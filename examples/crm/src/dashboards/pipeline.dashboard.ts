import { Dashboard } from '@objectstack/spec/ui';

const open = { stage: { $nin: ['won', 'lost'] } };

export default Dashboard.create({
  name: 'crm_pipeline',
  label: 'Pipeline',
  description: 'What is open, what is won, and where it comes from.',
  widgets: [
    {
      id: 'open_amount',
      title: 'Open Pipeline',
      dataset: 'crm_opportunity_metrics',
      values: ['amount_sum'],
      filter: open,
      layout: { x: 0, y: 0, w: 4, h: 2 },
    },
    {
      id: 'open_count',
      title: 'Open Opportunities',
      dataset: 'crm_opportunity_metrics',
      values: ['opportunity_count'],
      filter: open,
      layout: { x: 4, y: 0, w: 4, h: 2 },
    },
    {
      id: 'won_amount',
      title: 'Won',
      dataset: 'crm_opportunity_metrics',
      values: ['amount_sum'],
      filter: { stage: 'won' },
      layout: { x: 8, y: 0, w: 4, h: 2 },
    },
    {
      id: 'amount_by_stage',
      title: 'Amount by Stage',
      type: 'bar',
      dataset: 'crm_opportunity_metrics',
      dimensions: ['stage'],
      values: ['amount_sum'],
      filter: open,
      layout: { x: 0, y: 2, w: 8, h: 4 },
      chartConfig: {
        type: 'bar',
        xAxis: { field: 'stage' },
        yAxis: [{ field: 'amount_sum' }],
      },
    },
    {
      id: 'count_by_source',
      title: 'Where Deals Come From',
      type: 'donut',
      dataset: 'crm_opportunity_metrics',
      dimensions: ['source'],
      values: ['opportunity_count'],
      layout: { x: 8, y: 2, w: 4, h: 4 },
      chartConfig: {
        type: 'donut',
        xAxis: { field: 'source' },
        yAxis: [{ field: 'opportunity_count' }],
      },
    },
  ],
});
