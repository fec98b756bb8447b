import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'crm_activity',
  label: 'Activity',
  pluralLabel: 'Activities',
  description: 'A call, meeting, email or task with a customer.',
  icon: 'calendar-check',
  sharingModel: 'public_read_write',
  nameField: 'subject',
  highlightFields: ['kind', 'status', 'due_at'],
  searchableFields: ['subject'],
  enable: { feeds: false, activities: false },
  fields: {
    subject: Field.text({ label: 'Subject', required: true, searchable: true, maxLength: 200 }),
    kind: Field.select([
      { label: 'Call', value: 'call', color: '#2563EB', default: true },
      { label: 'Meeting', value: 'meeting', color: '#D97706' },
      { label: 'Email', value: 'email', color: '#7C3AED' },
      { label: 'Task', value: 'task', color: '#64748B' },
    ], { label: 'Kind', required: true }),
    status: Field.select([
      { label: 'Planned', value: 'planned', color: '#64748B', default: true },
      { label: 'Done', value: 'done', color: '#059669' },
      { label: 'Cancelled', value: 'cancelled', color: '#DC2626' },
    ], { label: 'Status', required: true }),
    due_at: Field.datetime({ label: 'Due' }),
    duration_minutes: Field.number({ label: 'Duration (min)', min: 0, scale: 0 }),
    account: Field.lookup('crm_account', { label: 'Account', deleteBehavior: 'set_null' }),
    contact: Field.lookup('crm_contact', { label: 'Contact', deleteBehavior: 'set_null' }),
    opportunity: Field.lookup('crm_opportunity', {
      label: 'Opportunity',
      deleteBehavior: 'set_null',
    }),
    notes: Field.textarea({ label: 'Notes' }),
    external_id: externalId,
  },
});
