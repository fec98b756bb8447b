import { defineSeed } from '@objectstack/spec/data';
import slaPolicy from '../objects/hd_sla_policy.object';

export default defineSeed(slaPolicy, {
  externalId: 'external_id',
  mode: 'ignore',
  env: ['prod', 'dev', 'test'],
  records: [
    {
      external_id: 'hd:sla-standard',
      name: 'Standard',
      first_response_minutes: 480,
      resolution_hours: 72,
      working_hours_only: true,
      is_active: true,
    },
    {
      external_id: 'hd:sla-priority',
      name: 'Priority',
      first_response_minutes: 60,
      resolution_hours: 24,
      working_hours_only: true,
      is_active: true,
    },
    {
      external_id: 'hd:sla-critical',
      name: 'Around the Clock',
      first_response_minutes: 15,
      resolution_hours: 4,
      working_hours_only: false,
      is_active: true,
    },
  ],
});
