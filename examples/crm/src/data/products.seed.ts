import { defineSeed } from '@objectstack/spec/data';
import product from '../objects/crm_product.object';

export default defineSeed(product, {
  externalId: 'external_id',
  mode: 'ignore',
  env: ['prod', 'dev', 'test'],
  records: [
    {
      external_id: 'crm:product-sensor',
      name: 'Line Sensor LS-2',
      sku: 'LS-2',
      family: 'hardware',
      unit_price: 189,
      unit: 'piece',
      is_active: true,
    },
    {
      external_id: 'crm:product-gateway',
      name: 'Site Gateway',
      sku: 'GW-1',
      family: 'hardware',
      unit_price: 740,
      unit: 'piece',
      is_active: true,
    },
    {
      external_id: 'crm:product-monitoring',
      name: 'Monitoring, per sensor and year',
      sku: 'MON-Y',
      family: 'subscription',
      unit_price: 48,
      unit: 'year',
      is_active: true,
    },
    {
      external_id: 'crm:product-install',
      name: 'Installation Day',
      sku: 'SRV-DAY',
      family: 'service',
      unit_price: 1150,
      unit: 'day',
      is_active: true,
    },
    {
      external_id: 'crm:product-sensor-1',
      name: 'Line Sensor LS-1',
      sku: 'LS-1',
      family: 'hardware',
      unit_price: 165,
      unit: 'piece',
      is_active: false,
      description: 'Replaced by LS-2; kept for spare orders.',
    },
  ],
});
