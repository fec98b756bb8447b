import articles from './articles.seed';
import queues from './queues.seed';
import slaPolicies from './sla_policies.seed';
import ticketComments from './ticket_comments.seed';
import tickets from './tickets.seed';

export const data = [slaPolicies, queues, articles, tickets, ticketComments];
