import type { ClassificationStats, IntentSums } from './statistics.js';

/** A promise, and what is reached of it; no value where nothing is known. */
export interface Target {
  readonly name: string;
  readonly target: number;
  /** On which side of the target the value must be. */
  readonly direction: 'above' | 'below';
  readonly value: number | undefined;
}

/** What was promised about the system. Shares 0..1, seconds. */
export function successTargets(stats: ClassificationStats): Target[] {
  const { classifications: plans, errors, feedbackCount, accuracy } = stats;
  return [
    above('classification_accuracy', 0.95, feedbackCount > 0 ? accuracy : undefined),
    below('avg_processing_time', 2, plans > 0 ? stats.avgProcessingTimeMs / 1000 : undefined),
    above('cache_hit_rate', 0.7, share(stats.cacheHits, plans)),
    below('fallback_rate', 0.05, share(stats.fallbacks, plans)),
    below('error_rate', 0.01, share(errors, plans + errors)),
  ];
}

/** What was promised about its use, compared with the classic way where plans went both ways. */
export function businessTargets(intents: readonly IntentSums[], rating: { count: number; average: number }): Target[] {
  const total = (field: 'ai' | 'classic' | 'aiCostMicros' | 'classicCostMicros'): number =>
    intents.reduce((sum, row) => sum + row[field], 0);
  const [ai, classic] = [total('ai'), total('classic')];
  const aiCost = share(total('aiCostMicros'), ai);
  const classicCost = share(total('classicCostMicros'), classic);
  return [
    above('rating', 4.5, rating.count > 0 ? rating.average : undefined),
    below(
      'cost_per_generation_change',
      0.2,
      aiCost !== undefined && classicCost ? aiCost / classicCost - 1 : undefined,
    ),
    // Nothing tells yet that a generation was made because the one before did not please.
    below('regenerations_change', -0.15, undefined),
    above('ai_adoption', 0.8, share(ai, ai + classic)),
  ];
}

function above(name: string, target: number, value: number | undefined): Target {
  return { name, target, direction: 'above', value };
}

function below(name: string, target: number, value: number | undefined): Target {
  return { name, target, direction: 'below', value };
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}
