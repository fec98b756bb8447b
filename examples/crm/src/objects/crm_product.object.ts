import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'crm_product',
  label: 'Product',
  pluralLabel: 'Products',
  description: 'Something on the price list.',
  icon: 'package',
  sharingModel: 'public_read_write',
  nameField: 'name',
  highlightFields: ['sku', 'family', 'unit_price'],
  searchableFields: ['name', 'sku'],
  enable: { feeds: false, activities: false },
  fields: {
    name: Field.text({ label: 'Product Name', required: true, searchable: true, maxLength: 160 }),
    sku: Field.text({
      label: 'SKU',
      required: true,
      maxLength: 40,
      unique: 'organization',
      searchable: true,
    }),
    family: Field.select(['Hardware', 'Subscription', 'Service'], { label: 'Family' }),
    unit_price: Field.currency({
      label: 'List Price',
      scale: 2,
      min: 0,
      currencyConfig: { defaultCurrency: 'EUR' },
      required: true,
    }),
    unit: Field.text({ label: 'Unit', maxLength: 20 }),
    is_active: Field.boolean({ label: 'Active', defaultValue: true }),
    description: Field.textarea({ label: 'Description' }),
    external_id: externalId,
  },
});
