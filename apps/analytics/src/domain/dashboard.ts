import { costsBy } from './costs.js';
import type { MonitoringStore } from './monitoring-store.js';
import { firstEpoch, fullPeriod } from './period.js';
import { classificationStats, providerStats, systemStats, usageStats } from './statistics.js';
import type { StatsStore } from './stats-store.js';
import { businessTargets, successTargets } from './targets.js';

const activities = 20;
const models = 10;

/** Everything that the dashboard shows: what was counted since the last reset, and a window of what goes on. */
export async function dashboard(
  stats: StatsStore,
  monitoring: MonitoringStore,
  { now, windowS }: { readonly now: Date; readonly windowS: number },
) {
  const since = new Date(now.getTime() - windowS * 1000);
  const [jobs, intents, judged, windowIntents, windowJudged, costs, today, providers, recentActivity, epoch] =
    await Promise.all([
      stats.jobs(),
      stats.intents(),
      stats.feedback(),
      stats.intents(since),
      stats.feedback(since),
      monitoring.costSums(),
      monitoring.costMicrosSince(fullPeriod('day', now)),
      monitoring.providers(since),
      monitoring.recentActivity(activities),
      monitoring.epoch(),
    ]);
  const totalCostMicros = costs.reduce((sum, row) => sum + row.totalCostMicros, 0);
  const classification = classificationStats(windowIntents, windowJudged);
  const { ratingCount, avgRating } = classificationStats([], judged);
  return {
    system: systemStats(jobs),
    usage: usageStats(jobs, intents, totalCostMicros),
    classification,
    costs: {
      totalCostMicros,
      todayCostMicros: today,
      byProvider: costsBy(costs, 'provider'),
      byWorkflow: costsBy(costs, 'workflow'),
      byModel: costsBy(costs, 'model').slice(0, models),
    },
    providers: providerStats(providers),
    recentActivity,
    successTargets: successTargets(classification),
    businessTargets: businessTargets(intents, { count: ratingCount, average: avgRating }),
    resetAt: epoch > firstEpoch ? epoch : undefined,
  };
}
