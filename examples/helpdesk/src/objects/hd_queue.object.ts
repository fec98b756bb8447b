import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'hd_queue',
  label: 'Queue',
  pluralLabel: 'Queues',
  description: "A team's inbox: every ticket waits in exactly one.",
  icon: 'inbox',
  sharingModel: 'public_read',
  nameField: 'name',
  highlightFields: ['email', 'default_sla'],
  searchableFields: ['name'],
  enable: { feeds: false, activities: false },
  fields: {
    name: Field.text({ label: 'Queue Name', required: true, searchable: true, maxLength: 80 }),
    email: Field.email({ label: 'Inbound Address' }),
    default_sla: Field.lookup(
      'hd_sla_policy',
      { label: 'Default SLA', deleteBehavior: 'set_null' },
    ),
    is_active: Field.boolean({ label: 'Active', defaultValue: true }),
    description: Field.textarea({ label: 'Description' }),
    external_id: externalId,
  },
});
