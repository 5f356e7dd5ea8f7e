import type { Bucket } from './bucket.js';

/** What a limit counts: a user's requests, a key's, those for an endpoint, or all. */
export const limitScopes = ['user', 'key', 'endpoint', 'global'] as const;
export type LimitScope = (typeof limitScopes)[number];

/** The windows in which requests are counted. */
export const limitWindows = [
  { window: 'minute', field: 'requests_per_minute', windowMs: 60_000 },
  { window: 'hour', field: 'requests_per_hour', windowMs: 3_600_000 },
] as const;
export type LimitWindow = (typeof limitWindows)[number]['window'];

/** Requests per window; a missing one is decided by a more general rule, or not limited. */
export interface RequestRates {
  readonly requests_per_minute?: number | undefined;
  readonly requests_per_hour?: number | undefined;
}

/** A limit that a request has to fit into. */
export interface RequestLimit extends Bucket {
  readonly scope: LimitScope;
  readonly window: LimitWindow;
}

/** Subject of a rule for every subject of its scope without one of its own. */
export const everySubject = '*';

/** Name of an endpoint as a subject: `POST /api/v1/generations`. */
export function endpointSubject({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}

/** What holds for every subject of a scope without a rule of its own. */
export type DefaultRates = Readonly<Record<LimitScope, RequestRates>>;

/** The rates of a rule without what is not set. */
export function ratesOf(rates: {
  readonly requests_per_minute?: number | null | undefined;
  readonly requests_per_hour?: number | null | undefined;
}): RequestRates {
  const { requests_per_minute: perMinute, requests_per_hour: perHour } = rates;
  return {
    ...(perMinute == null ? {} : { requests_per_minute: perMinute }),
    ...(perHour == null ? {} : { requests_per_hour: perHour }),
  };
}
