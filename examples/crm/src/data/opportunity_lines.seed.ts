import { defineSeed } from '@objectstack/spec/data';
import opportunityLine from '../objects/crm_opportunity_line.object';

export default defineSeed(opportunityLine, {
  externalId: 'external_id',
  mode: 'ignore',
  env: ['prod', 'dev', 'test'],
  records: [
    {
      external_id: 'crm:line-harbour-sensors',
      title: 'Sensors for line 2',
      opportunity: 'crm:opportunity-harbour-line2',
      product: 'crm:product-sensor',
      quantity: 180,
      unit_price: 189,
      discount_percent: 5,
    },
    {
      external_id: 'crm:line-harbour-gateway',
      title: 'Gateways',
      opportunity: 'crm:opportunity-harbour-line2',
      product: 'crm:product-gateway',
      quantity: 4,
      unit_price: 740,
      discount_percent: 0,
    },
    {
      external_id: 'crm:line-harbour-install',
      title: 'Installation',
      opportunity: 'crm:opportunity-harbour-line2',
      product: 'crm:product-install',
      quantity: 6,
      unit_price: 1150,
      discount_percent: 0,
    },
    {
      external_id: 'crm:line-nordwerk-monitoring',
      title: 'Monitoring, first year',
      opportunity: 'crm:opportunity-nordwerk-fleet',
      product: 'crm:product-monitoring',
      quantity: 2400,
      unit_price: 48,
      discount_percent: 12,
    },
  ],
});
