import { defineSeed } from '@objectstack/spec/data';
import ticketComment from '../objects/hd_ticket_comment.object';

export default defineSeed(ticketComment, {
  externalId: 'external_id',
  mode: 'ignore',
  env: ['prod', 'dev', 'test'],
  records: [
    {
      external_id: 'hd:comment-gateway-1',
      summary: 'Asked for serial number',
      ticket: 'hd:ticket-gateway-offline',
      visibility: 'customer',
      body:
        'Hello Tomos, could you send us the serial number printed on the underside of the gateway?',
      sent_at: '2026-11-25T08:05:00Z',
    },
    {
      external_id: 'hd:comment-gateway-2',
      summary: 'Serial number received',
      ticket: 'hd:ticket-gateway-offline',
      visibility: 'customer',
      body: 'It is GW1-20417. We have already restarted it twice.',
      contact: 'Tomos Pryce',
      sent_at: '2026-11-25T09:31:00Z',
    },
    {
      external_id: 'hd:comment-gateway-3',
      summary: 'Firmware is two versions behind',
      ticket: 'hd:ticket-gateway-offline',
      visibility: 'internal',
      body: 'Push the update tonight after the last roast; they stop at 18:00.',
      sent_at: '2026-11-25T10:02:00Z',
    },
    {
      external_id: 'hd:comment-access-1',
      summary: 'Waiting for approval',
      ticket: 'hd:ticket-user-access',
      visibility: 'customer',
      body: 'Dear Birte, please confirm which plants your colleague may see.',
      sent_at: '2026-11-19T09:40:00Z',
    },
  ],
});
