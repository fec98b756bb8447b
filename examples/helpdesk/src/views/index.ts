import article from './article.view';
import queue from './queue.view';
import slaPolicy from './sla_policy.view';
import ticket from './ticket.view';
import ticketComment from './ticket_comment.view';

export const views = [ticket, ticketComment, queue, slaPolicy, article];
