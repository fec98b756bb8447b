import ticketMetrics from './ticket_metrics.dataset';

export const datasets = [ticketMetrics];
