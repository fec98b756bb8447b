import { defineReport } from '@objectstack/spec/ui';

export default defineReport({
  name: 'crm_forecast_by_month',
  label: 'Forecast by Month',
  description: 'Open opportunities, by expected close month and forecast category.',
  type: 'matrix',
  dataset: 'crm_opportunity_metrics',
  rows: ['close_date'],
  columns: ['forecast'],
  values: ['amount_sum', 'opportunity_count'],
  runtimeFilter: {
    stage: { $nin: ['won', 'lost'] },
  },
});
