import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'hd_article',
  label: 'Article',
  pluralLabel: 'Articles',
  description: 'An answer worth keeping.',
  icon: 'book-open',
  sharingModel: 'public_read_write',
  nameField: 'title',
  highlightFields: ['status', 'audience'],
  searchableFields: ['title'],
  enable: { trackHistory: true, feeds: false, activities: false },
  fields: {
    title: Field.text({ label: 'Title', required: true, searchable: true, maxLength: 200 }),
    status: Field.select([
      { label: 'Draft', value: 'draft', color: '#64748B', default: true },
      { label: 'Published', value: 'published', color: '#059669' },
      { label: 'Outdated', value: 'outdated', color: '#D97706' },
    ], { label: 'Status', required: true }),
    audience: Field.select([
      { label: 'Customers', value: 'customers', default: true },
      { label: 'Agents', value: 'agents' },
    ], { label: 'Audience' }),
    product: Field.lookup('crm_product', { label: 'Product', deleteBehavior: 'set_null' }),
    body: Field.markdown({ label: 'Text', required: true }),
    external_id: externalId,
  },
});
