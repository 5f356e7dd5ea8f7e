import type { PersonalTable } from '@atelier/privacy';
import { sql } from 'kysely';
import { label } from '../../domain/labels.js';
import { eraseAlerts } from './erase-alerts.js';
import { eraseCosts } from './erase-costs.js';
import { eraseExperiments } from './erase-experiments.js';
import { eraseEvents } from './erase-events.js';
import { erasePlans } from './erase-plans.js';

/** Where users are labels, long ids are cut. */
const byLabel: PersonalTable['rowsOf'] = (userId) => sql<boolean>`user_id = ${label(userId)}`;

/** What the schema holds about users. A table that is missing here fails a test. */
export const personalTables: readonly PersonalTable[] = [
  {
    // Only alerts about budgets of users are about somebody.
    table: 'analytics.alerts',
    kind: 'budget_alerts',
    rowsOf: (userId) => sql<boolean>`kind = 'budget_user_hour' and subject = ${userId}`,
    key: ['alert_id'],
    erase: eraseAlerts,
  },
  {
    table: 'analytics.experiment_exposures',
    kind: 'experiment_exposures',
    rowsOf: byLabel,
    key: ['experiment', 'user_id', 'variant'],
    erase: eraseExperiments('analytics.experiment_exposures'),
  },
  {
    table: 'analytics.generation_outcomes',
    kind: 'generation_outcomes',
    rowsOf: byLabel,
    key: ['event_id'],
    erase: eraseExperiments('analytics.generation_outcomes'),
  },
  {
    table: 'analytics.intent_classification_logs',
    kind: 'classified_plans',
    rowsOf: byLabel,
    key: ['user_id', 'request_id', 'event_id'],
    erase: erasePlans,
  },
  {
    table: 'analytics.plan_feedback',
    kind: 'plan_feedback',
    rowsOf: byLabel,
    key: ['user_id', 'request_id'],
  },
  {
    table: 'analytics.usage_events',
    kind: 'usage_events',
    rowsOf: (userId) => sql<boolean>`user_id = ${userId}`,
    key: ['event_id'],
    erase: eraseEvents,
  },
  {
    table: 'analytics.cost_analytics',
    kind: 'costs_by_day',
    rowsOf: byLabel,
    key: ['grain', 'period_start', 'user_id', 'provider', 'model_id', 'workflow', 'kind'],
    withheld: ['latency'],
    erase: eraseCosts,
  },
];
