import { cel } from '@objectstack/spec';
import { defineAction } from '@objectstack/spec/ui';

export default defineAction({
  name: 'hd_solve_ticket',
  label: 'Solve',
  objectName: 'hd_ticket',
  icon: 'circle-check',
  locations: ['record_header', 'list_item'],
  type: 'flow',
  target: 'hd_solve_ticket_screen',
  recordIdParam: 'recordId',
  refreshAfter: true,
  successMessage: 'Ticket solved.',
  visible: cel`record.status != 'solved' && record.status != 'closed'`,
});
