import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'crm_product' };

const active = {
  label: 'Price List',
  data,
  columns: [
    { field: 'name', link: true },
    { field: 'sku' },
    { field: 'family' },
    { field: 'unit_price' },
    { field: 'unit' },
  ],
  filter: [{ field: 'is_active', operator: 'equals', value: true }],
  sort: [{ field: 'name', order: 'asc' }],
};

export default defineView({
  name: 'crm_product',
  label: 'Products',
  object: 'crm_product',
  list: active,
  listViews: {
    active,
    all: {
      label: 'All Products',
      data,
      columns: [
        { field: 'name', link: true },
        { field: 'sku' },
        { field: 'family' },
        { field: 'unit_price' },
        { field: 'is_active' },
      ],
    },
  },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'product',
          label: 'Product',
          columns: 2,
          fields: [
            { field: 'name', required: true },
            { field: 'sku', required: true },
            { field: 'family' },
            { field: 'unit_price', required: true },
            { field: 'unit' },
            { field: 'is_active' },
          ],
        },
        {
          name: 'more',
          label: 'Details',
          fields: [{ field: 'description', span: 'full' }, { field: 'external_id' }],
        },
      ],
    },
  },
});
