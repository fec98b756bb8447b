import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'hd_sla_policy',
  label: 'SLA Policy',
  pluralLabel: 'SLA Policies',
  description: 'How fast a customer may expect a first answer and a solution.',
  icon: 'timer',
  sharingModel: 'public_read',
  nameField: 'name',
  highlightFields: ['first_response_minutes', 'resolution_hours'],
  searchableFields: ['name'],
  enable: { feeds: false, activities: false },
  fields: {
    name: Field.text({ label: 'Policy Name', required: true, searchable: true, maxLength: 80 }),
    first_response_minutes: Field.number({
      label: 'First Response (min)',
      required: true,
      min: 1,
      scale: 0,
    }),
    resolution_hours: Field.number({ label: 'Resolution (h)', required: true, min: 1, scale: 0 }),
    working_hours_only: Field.boolean({ label: 'Working Hours Only', defaultValue: true }),
    is_active: Field.boolean({ label: 'Active', defaultValue: true }),
    external_id: externalId,
  },
});
