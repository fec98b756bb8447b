import { defineSeed } from '@objectstack/spec/data';
import queue from '../objects/hd_queue.object';

export default defineSeed(queue, {
  externalId: 'external_id',
  mode: 'ignore',
  env: ['prod', 'dev', 'test'],
  records: [
    {
      external_id: 'hd:queue-first-line',
      name: 'First Line',
      email: 'help@support.example',
      default_sla: 'hd:sla-standard',
      is_active: true,
      description: 'Everything starts here.',
    },
    {
      external_id: 'hd:queue-hardware',
      name: 'Hardware',
      email: 'hardware@support.example',
      default_sla: 'hd:sla-priority',
      is_active: true,
      description: 'Sensors, gateways, replacements.',
    },
    {
      external_id: 'hd:queue-billing',
      name: 'Billing',
      email: 'billing@support.example',
      default_sla: 'hd:sla-standard',
      is_active: true,
    },
  ],
});
