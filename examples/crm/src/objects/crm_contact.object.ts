import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'crm_contact',
  label: 'Contact',
  pluralLabel: 'Contacts',
  description: 'A person, usually at an account.',
  icon: 'contact',
  sharingModel: 'public_read_write',
  nameField: 'name',
  highlightFields: ['account', 'job_title', 'email'],
  searchableFields: ['name', 'email'],
  enable: { activities: false },
  fields: {
    name: Field.text({ label: 'Full Name', required: true, searchable: true, maxLength: 120 }),
    account: Field.lookup('crm_account', { label: 'Account', deleteBehavior: 'set_null' }),
    job_title: Field.text({ label: 'Job Title', maxLength: 120 }),
    influence: Field.select([
      { label: 'Decision Maker', value: 'decision_maker', color: '#7C3AED' },
      { label: 'Champion', value: 'champion', color: '#059669' },
      { label: 'User', value: 'user', color: '#2563EB' },
      { label: 'Billing', value: 'billing', color: '#64748B' },
    ], { label: 'Influence' }),
    email: Field.email({ label: 'Email', searchable: true }),
    phone: Field.phone({ label: 'Phone' }),
    preferred_language: Field.select([
      { label: 'English', value: 'en', default: true },
      { label: 'German', value: 'de' },
      { label: 'Chinese', value: 'zh' },
      { label: 'French', value: 'fr' },
    ], { label: 'Preferred Language' }),
    do_not_contact: Field.boolean({ label: 'Do Not Contact', defaultValue: false }),
    department: Field.text({ label: 'Department', maxLength: 80 }),
    consent_on: Field.date({ label: 'Marketing Consent On' }),
    external_id: externalId,
  },
});
