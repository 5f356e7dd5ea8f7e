export { analyticsConfig } from './analytics.config.js';
export { analyticsErrors } from './analytics.errors.js';
export { startAnalytics, type AnalyticsStart } from './start-analytics.js';
