import { GenerationChange, type UsageEvent } from '@atelier/contracts/usage/v1';
import { label } from '../labels.js';
import type { RateKind } from './alert-kind.js';

/** Cases of one minute, and how many of them went wrong. */
export interface SignalCount {
  readonly minute: Date;
  readonly kind: RateKind;
  /** The provider; empty for other kinds. */
  readonly provider: string;
  readonly cases: number;
  readonly bad: number;
}

/** Adds up what events say about rates, sorted by key, so that two writers never wait for each other in a circle. */
export function countSignals(events: readonly UsageEvent[]): SignalCount[] {
  const counts = new Map<string, { count: SignalCount; cases: number; bad: number }>();
  for (const event of events) {
    const found = signalOf(event);
    if (!found || !event.occurTime) continue;
    const minute = new Date(Math.floor(event.occurTime.getTime() / 60_000) * 60_000);
    const key = `${minute.toISOString()} ${found.kind} ${found.provider}`;
    const sum = counts.get(key) ?? { count: { minute, ...found, cases: 0, bad: 0 }, cases: 0, bad: 0 };
    sum.cases += 1;
    if (found.isBad) sum.bad += 1;
    counts.set(key, sum);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([
        ,
        {
          count: { minute, kind, provider },
          cases,
          bad,
        },
      ]) => ({ minute, kind, provider, cases, bad }),
    );
}

function signalOf(event: UsageEvent): { kind: RateKind; provider: string; isBad: boolean } | undefined {
  const { endpointCalled, planCompleted, generationChanged, providerCalled } = event;
  if (endpointCalled) return { kind: 'error_rate', provider: '', isBad: endpointCalled.status >= 500 };
  if (planCompleted) {
    const isBad = planCompleted.fallbackUsed || planCompleted.source === 'fallback';
    return { kind: 'fallback_rate', provider: '', isBad };
  }
  if (generationChanged) {
    const { change } = generationChanged;
    const isBad = change === GenerationChange.GENERATION_CHANGE_FAILED;
    const isEnd = isBad || change === GenerationChange.GENERATION_CHANGE_COMPLETED;
    return isEnd ? { kind: 'generation_failure_rate', provider: '', isBad } : undefined;
  }
  if (providerCalled) {
    return {
      kind: 'provider_error_rate',
      provider: label(providerCalled.provider),
      isBad: !fineOutcomes.has(providerCalled.outcome),
    };
  }
  return undefined;
}

/** What says nothing against a provider: it answered, it refused what nobody should ask for, or we ended it ourselves. */
const fineOutcomes = new Set(['ok', 'content_policy', 'rejected', 'not_bought', 'cancelled']);

/** The state of a circuit, or a call that shows that it is closed. */
export interface CircuitNews {
  readonly provider: string;
  readonly modelId: string;
  readonly isOpen: boolean;
  readonly time: Date;
}

/** The latest news of each circuit, sorted by key. A call that went well says that its circuit lets calls through again. */
export function circuitNews(events: readonly UsageEvent[]): CircuitNews[] {
  const latest = new Map<string, CircuitNews>();
  for (const { circuitChanged, providerCalled, occurTime } of events) {
    const about = circuitChanged ?? (providerCalled?.outcome === 'ok' ? providerCalled : undefined);
    if (!about || !occurTime) continue;
    const news = {
      provider: label(about.provider),
      modelId: label(about.modelId),
      // Half-open is a trial: the provider is not back yet.
      isOpen: circuitChanged !== undefined && circuitChanged.state !== 'closed',
      time: occurTime,
    };
    const key = `${news.provider}\n${news.modelId}`;
    if ((latest.get(key)?.time ?? new Date(0)) <= occurTime) latest.set(key, news);
  }
  return [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, news]) => news);
}
