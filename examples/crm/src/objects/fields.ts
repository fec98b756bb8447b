import { Field } from '@objectstack/spec/data';

/** By which imports and sample data know a record again. */
export const externalId = Field.text({
  label: 'External ID',
  inlineHelpText:
    'Stable key used by imports and sample data; leave empty for records created by hand.',
  maxLength: 120,
  unique: 'organization',
  externalId: true,
});
