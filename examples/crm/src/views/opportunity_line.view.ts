import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'crm_opportunity_line' };

const all = {
  label: 'All Lines',
  data,
  columns: [
    { field: 'title', link: true },
    { field: 'opportunity' },
    { field: 'product' },
    { field: 'quantity' },
    { field: 'unit_price' },
    { field: 'discount_percent' },
  ],
};

export default defineView({
  name: 'crm_opportunity_line',
  label: 'Opportunity Lines',
  object: 'crm_opportunity_line',
  list: all,
  listViews: { all },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'line',
          label: 'Line',
          columns: 2,
          fields: [
            { field: 'title', required: true },
            { field: 'opportunity', required: true },
            { field: 'product' },
            { field: 'quantity', required: true },
            { field: 'unit_price' },
            { field: 'discount_percent' },
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
