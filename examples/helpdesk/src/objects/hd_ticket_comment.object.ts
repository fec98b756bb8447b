import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'hd_ticket_comment',
  label: 'Ticket Comment',
  pluralLabel: 'Ticket Comments',
  description: 'A message exchanged with the customer, or a note among colleagues.',
  icon: 'message-square',
  sharingModel: 'controlled_by_parent',
  nameField: 'summary',
  highlightFields: ['ticket', 'visibility', 'sent_at'],
  searchableFields: ['summary'],
  enable: { feeds: false, activities: false },
  fields: {
    summary: Field.text({ label: 'Summary', required: true, searchable: true, maxLength: 160 }),
    ticket: Field.masterDetail('hd_ticket', {
      label: 'Ticket',
      required: true,
      deleteBehavior: 'cascade',
    }),
    visibility: Field.select([
      { label: 'Customer', value: 'customer', color: '#2563EB', default: true },
      { label: 'Internal', value: 'internal', color: '#64748B' },
    ], { label: 'Visibility', required: true }),
    body: Field.textarea({ label: 'Message', required: true }),
    contact: Field.lookup('crm_contact', { label: 'Written By', deleteBehavior: 'set_null' }),
    sent_at: Field.datetime({ label: 'Sent' }),
    external_id: externalId,
  },
});
