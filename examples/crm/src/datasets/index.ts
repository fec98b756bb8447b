import opportunityMetrics from './opportunity_metrics.dataset';

export const datasets = [opportunityMetrics];
