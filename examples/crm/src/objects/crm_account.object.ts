import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'crm_account',
  label: 'Account',
  pluralLabel: 'Accounts',
  description: 'An organization you sell to, buy with, or hope to win.',
  icon: 'building-2',
  sharingModel: 'public_read_write',
  nameField: 'name',
  highlightFields: ['relationship', 'industry', 'city', 'tier'],
  searchableFields: ['name', 'city'],
  enable: { trackHistory: true, files: true, activities: false },
  fields: {
    name: Field.text({ label: 'Account Name', required: true, searchable: true, maxLength: 160 }),
    relationship: Field.select([
      { label: 'Prospect', value: 'prospect', color: '#64748B', default: true },
      { label: 'Customer', value: 'customer', color: '#059669' },
      { label: 'Partner', value: 'partner', color: '#2563EB' },
      { label: 'Former Customer', value: 'former', color: '#B45309' },
    ], { label: 'Relationship', required: true }),
    industry: Field.select([
      { label: 'Manufacturing', value: 'manufacturing' },
      { label: 'Food & Beverage', value: 'food_beverage' },
      { label: 'Logistics', value: 'logistics' },
      { label: 'Energy', value: 'energy' },
      { label: 'Public Sector', value: 'public_sector' },
      { label: 'Software', value: 'software' },
      { label: 'Other', value: 'other' },
    ], { label: 'Industry' }),
    website: Field.url({ label: 'Website' }),
    phone: Field.phone({ label: 'Phone' }),
    city: Field.text({ label: 'City', maxLength: 80 }),
    country: Field.text({
      label: 'Country',
      inlineHelpText: 'Two-letter ISO 3166 code, for example DE.',
      maxLength: 2,
    }),
    employees: Field.number({ label: 'Employees', min: 0, scale: 0 }),
    annual_revenue: Field.currency({
      label: 'Annual Revenue',
      scale: 2,
      min: 0,
      currencyConfig: { defaultCurrency: 'EUR' },
    }),
    description: Field.textarea({ label: 'Description' }),
    tier: Field.select([
      { label: 'Standard', value: 'standard', color: '#64748B', default: true },
      { label: 'Plus', value: 'plus', color: '#2563EB' },
      { label: 'Strategic', value: 'strategic', color: '#7C3AED' },
    ], { label: 'Service Tier' }),
    parent_account: Field.lookup('crm_account', {
      label: 'Parent Account',
      deleteBehavior: 'set_null',
    }),
    vat_number: Field.text({ label: 'VAT Number', maxLength: 20 }),
    external_id: externalId,
  },
});
