import { defineDataset } from '@objectstack/spec/ui';

export default defineDataset({
  name: 'crm_opportunity_metrics',
  label: 'Deal Figures',
  object: 'crm_opportunity',
  dimensions: [
    { name: 'stage', label: 'Stage', field: 'stage', type: 'string' },
    { name: 'source', label: 'Source', field: 'source', type: 'string' },
    {
      name: 'close_date',
      label: 'Expected Close',
      field: 'close_date',
      type: 'date',
      dateGranularity: 'month',
    },
    { name: 'forecast', label: 'Forecast', field: 'forecast', type: 'string' },
  ],
  measures: [
    { name: 'opportunity_count', label: 'Opportunities', aggregate: 'count' },
    { name: 'amount_sum', label: 'Amount', aggregate: 'sum', field: 'amount', format: '0,0' },
    {
      name: 'amount_avg',
      label: 'Average Amount',
      aggregate: 'avg',
      field: 'amount',
      format: '0,0',
    },
  ],
});
