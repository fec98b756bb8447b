import { defineSeed } from '@objectstack/spec/data';
import article from '../objects/hd_article.object';

export default defineSeed(article, {
  externalId: 'external_id',
  mode: 'ignore',
  env: ['prod', 'dev', 'test'],
  records: [
    {
      external_id: 'hd:article-gateway-offline',
      title: 'A gateway is shown as offline',
      status: 'published',
      audience: 'customers',
      product: 'Site Gateway',
      body: [
        '1. Check that the power light is steady green.',
        '2. Unplug the network cable for ten seconds, then plug it in again.',
        '3. Wait two minutes and reload the site page.',
        '',
        'Still offline? Open a ticket with the serial number on the underside.',
      ].join('\n'),
    },
    {
      external_id: 'hd:article-replace-ls1',
      title: 'Replacing an LS-1 sensor with an LS-2',
      status: 'published',
      audience: 'customers',
      product: 'Line Sensor LS-2',
      body:
        'The LS-2 uses the same bracket. Scan its code in the app and choose **Replace** on the old sensor; its history moves along.',
    },
    {
      external_id: 'hd:article-credit-note',
      title: 'Issuing a credit note',
      status: 'draft',
      audience: 'agents',
      body:
        'Ask for the invoice number first. Amounts above the team limit need a second pair of eyes.',
    },
  ],
});
