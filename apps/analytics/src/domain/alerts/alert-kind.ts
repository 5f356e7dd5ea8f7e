/** What alerts can be about. */
export interface AlertKindTraits {
  /** For people, at the beginning of a sentence. */
  readonly title: string;
  readonly unit: '%' | 's' | 'messages' | 'events';
  /** Looks back over `windowS`. */
  readonly isRate: boolean;
}

/** Every kind of rule. */
export const alertKinds = {
  error_rate: { title: 'Requests that fail with 5xx', unit: '%', isRate: true },
  fallback_rate: { title: 'Plans answered by the fallback', unit: '%', isRate: true },
  generation_failure_rate: { title: 'Generations that fail', unit: '%', isRate: true },
  provider_error_rate: { title: 'Calls that fail', unit: '%', isRate: true },
  provider_down: { title: 'Circuit open for', unit: 's', isRate: false },
  consumer_lag: { title: 'Usage events not yet taken from Kafka', unit: 'messages', isRate: false },
  spool_growing: { title: 'Usage events waiting on disk', unit: 'events', isRate: false },
  budget_day: { title: 'Budget of the day used', unit: '%', isRate: false },
  budget_user_hour: { title: 'Budget of the hour used', unit: '%', isRate: false },
} as const satisfies Readonly<Record<string, AlertKindTraits>>;

export type AlertKind = keyof typeof alertKinds;

/** True for a kind that this version knows. */
export function isAlertKind(kind: string): kind is AlertKind {
  return Object.hasOwn(alertKinds, kind);
}

/** Kinds that count something within a window. */
export type RateKind = {
  [Kind in AlertKind]: (typeof alertKinds)[Kind]['isRate'] extends true ? Kind : never;
}[AlertKind];
