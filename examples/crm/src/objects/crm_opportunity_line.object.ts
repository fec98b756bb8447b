import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'crm_opportunity_line',
  label: 'Opportunity Line',
  pluralLabel: 'Opportunity Lines',
  description: 'What is being offered, how many, and at what price.',
  icon: 'list',
  sharingModel: 'controlled_by_parent',
  nameField: 'title',
  highlightFields: ['product', 'quantity', 'unit_price'],
  enable: { feeds: false, activities: false },
  fields: {
    title: Field.text({ label: 'Title', required: true, maxLength: 160 }),
    opportunity: Field.masterDetail('crm_opportunity', {
      label: 'Opportunity',
      required: true,
      deleteBehavior: 'cascade',
      inlineEdit: true,
      inlineTitle: 'Lines',
    }),
    product: Field.lookup('crm_product', { label: 'Product', deleteBehavior: 'restrict' }),
    quantity: Field.number(
      { label: 'Quantity', required: true, min: 0, scale: 2, defaultValue: 1 },
    ),
    unit_price: Field.currency({
      label: 'Unit Price',
      scale: 2,
      min: 0,
      currencyConfig: { defaultCurrency: 'EUR' },
    }),
    discount_percent: Field.percent({ label: 'Discount', min: 0, max: 100, defaultValue: 0 }),
    external_id: externalId,
  },
});
