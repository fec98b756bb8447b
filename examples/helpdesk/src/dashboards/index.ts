import overview from './overview.dashboard';

export const dashboards = [overview];
