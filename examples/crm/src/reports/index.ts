import forecastByMonth from './forecast_by_month.report';

export const reports = [forecastByMonth];
