import pipeline from './pipeline.dashboard';

export const dashboards = [pipeline];
