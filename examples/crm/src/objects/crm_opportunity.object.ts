import { cel } from '@objectstack/spec';
import { Field, ObjectSchema } from '@objectstack/spec/data';
import { externalId } from './fields';

export default ObjectSchema.create({
  name: 'crm_opportunity',
  label: 'Opportunity',
  pluralLabel: 'Opportunities',
  description: 'A possible sale, from first interest to a signed order or a polite no.',
  icon: 'target',
  sharingModel: 'public_read_write',
  nameField: 'name',
  stageField: 'stage',
  highlightFields: ['stage', 'amount', 'close_date'],
  searchableFields: ['name'],
  enable: { trackHistory: true, files: true, activities: false },
  fields: {
    name: Field.text({ label: 'Title', required: true, searchable: true, maxLength: 160 }),
    account: Field.lookup('crm_account', {
      label: 'Account',
      required: true,
      deleteBehavior: 'restrict',
    }),
    primary_contact: Field.lookup('crm_contact', {
      label: 'Primary Contact',
      deleteBehavior: 'set_null',
      dependsOn: ['account'],
    }),
    stage: Field.select([
      { label: 'Discovery', value: 'discovery', color: '#64748B', default: true },
      { label: 'Evaluation', value: 'evaluation', color: '#2563EB' },
      { label: 'Proposal', value: 'proposal', color: '#7C3AED' },
      { label: 'Negotiation', value: 'negotiation', color: '#D97706' },
      { label: 'Won', value: 'won', color: '#059669' },
      { label: 'Lost', value: 'lost', color: '#DC2626' },
    ], { label: 'Stage', required: true, trackHistory: true }),
    amount: Field.currency({
      label: 'Amount',
      scale: 2,
      min: 0,
      currencyConfig: { defaultCurrency: 'EUR' },
    }),
    probability: Field.percent({ label: 'Probability', min: 0, max: 100, defaultValue: 10 }),
    close_date: Field.date({ label: 'Expected Close', required: true }),
    source: Field.select([
      { label: 'Inbound Request', value: 'inbound' },
      { label: 'Referral', value: 'referral' },
      { label: 'Event', value: 'event' },
      { label: 'Outreach', value: 'outreach' },
      { label: 'Existing Customer', value: 'existing' },
    ], { label: 'Source' }),
    next_step: Field.text({ label: 'Next Step', maxLength: 200 }),
    lost_reason: Field.select(['Price', 'Competitor', 'No Budget', 'Timing'], {
      label: 'Lost Because',
      visibleWhen: cel`record.stage == 'lost'`,
    }),
    forecast: Field.select([
      { label: 'Pipeline', value: 'pipeline', color: '#64748B', default: true },
      { label: 'Best Case', value: 'best_case', color: '#2563EB' },
      { label: 'Commit', value: 'commit', color: '#059669' },
    ], { label: 'Forecast' }),
    competitor: Field.text({ label: 'Main Competitor', maxLength: 120 }),
    weighted_amount: Field.formula({
      label: 'Weighted Amount',
      returnType: 'number',
      scale: 2,
      expression: cel`record.amount == null || record.probability == null ? 0 : record.amount * record.probability / 100`,
    }),
    external_id: externalId,
  },
  indexes: [{ name: 'crm_opportunity_stage_close', fields: ['stage', 'close_date'] }],
});
