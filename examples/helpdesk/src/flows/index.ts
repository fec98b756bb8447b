import overdueAlert from './overdue_alert.flow';
import solveTicketScreen from './solve_ticket_screen.flow';
import urgentAlert from './urgent_alert.flow';

export const flows = [overdueAlert, urgentAlert, solveTicketScreen];
