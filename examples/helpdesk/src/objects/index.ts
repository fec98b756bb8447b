import article from './hd_article.object';
import queue from './hd_queue.object';
import slaPolicy from './hd_sla_policy.object';
import ticket from './hd_ticket.object';
import ticketComment from './hd_ticket_comment.object';

export const objects = [slaPolicy, queue, ticket, ticketComment, article];
