import { counter } from '@atelier/service-defaults';
import { gatewayErrors } from '../gateway.errors.js';
import type { Principal } from '../identity/principal.js';
import type { BucketReport } from './bucket.js';
import type { Buckets, Taken } from './buckets.js';
import type { LimitedEndpoint, LimitRules } from './limit-rules.js';
import type { LimitWindow, RequestLimit } from './limit-scope.js';

/** Requests that a caller has sent in the counted windows, and may send. */
export interface RequestUsage {
  readonly requestsThisMinute: number;
  readonly requestsThisHour: number;
  readonly minuteLimit: number;
  readonly hourLimit: number;
}

/** What a caller is told about the limit that is nearest, in `RateLimit-*` headers. */
export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetS: number;
  readonly policy: string;
  /** Each gateway counts alone for the time being. */
  readonly alone: boolean;
}

const refusals = counter({
  name: 'atelier_gateway_limited_total',
  help: 'Requests refused by a limit',
  labelNames: ['scope', 'window'],
});

/** Lets a request through when every limit that concerns it has room, and tells the caller how far it is from them. */
export class RequestLimits {
  constructor(
    private readonly rules: LimitRules,
    private readonly buckets: Buckets,
  ) {}

  /** Counts one request; a promise only when others have to be asked. @throws RATE_LIMITED, which says which limit */
  count(principal: Principal, endpoint: LimitedEndpoint, tell: (state: LimitState) => void): void | Promise<void> {
    const limits = this.rules.limitsOf(principal, endpoint);
    const taken = this.buckets.take(limits, 1);
    return taken instanceof Promise ? taken.then((known) => judge(limits, known, tell)) : judge(limits, taken, tell);
  }

  /** What a caller has used of its own limits. */
  async usage(principal: Principal): Promise<RequestUsage> {
    const limits = this.rules.limitsOf(principal);
    const { reports } = await this.buckets.take(limits, 0);
    const nearest = (window: LimitWindow): { count: number; limit: number } => {
      const chosen = [...limits.keys()].filter((index) => limits[index]?.window === window);
      const picked = pick(
        chosen.flatMap((index) => limits[index] ?? []),
        chosen.flatMap((index) => reports[index] ?? []),
        (one, other) => one.remaining < other.remaining,
      );
      return { count: picked?.report.count ?? 0, limit: picked?.limit.limit ?? 0 };
    };
    const [minute, hour] = [nearest('minute'), nearest('hour')];
    return {
      requestsThisMinute: minute.count,
      requestsThisHour: hour.count,
      minuteLimit: minute.limit,
      hourLimit: hour.limit,
    };
  }
}

interface Pair {
  readonly limit: RequestLimit;
  readonly report: BucketReport;
}

/** The limit that comes before all others; of equals the first. */
function pick(
  limits: readonly RequestLimit[],
  reports: readonly BucketReport[],
  comesBefore: (one: BucketReport, other: BucketReport) => boolean,
): Pair | undefined {
  let picked: Pair | undefined;
  for (const [index, limit] of limits.entries()) {
    const report = reports[index];
    if (report && (!picked || comesBefore(report, picked.report))) picked = { limit, report };
  }
  return picked;
}

function judge(
  limits: readonly RequestLimit[],
  { admitted, reports, alone }: Taken,
  tell: (state: LimitState) => void,
) {
  // Of a refused request the one to wait for longest, else the one that is used up first.
  const isNearer = admitted
    ? (one: BucketReport, other: BucketReport) => one.remaining < other.remaining
    : (one: BucketReport, other: BucketReport) => one.retryMs > other.retryMs;
  const nearest = pick(limits, reports, isNearer);
  if (!nearest) return;
  const { limit, report } = nearest;
  tell({
    limit: limit.limit,
    remaining: report.remaining,
    resetS: Math.ceil(report.resetMs / 1000),
    policy: policyOf(limits),
    alone,
  });
  if (!admitted) throw refusal(limit, report.retryMs);
}

const policies = new WeakMap<readonly RequestLimit[], string>();

/** `RateLimit-Policy`: one entry per limit; those of the user bear no scope. */
function policyOf(limits: readonly RequestLimit[]): string {
  let policy = policies.get(limits);
  if (policy === undefined) {
    const entries = limits.map(({ scope, limit, windowMs }) => {
      const entry = `${limit};w=${windowMs / 1000}`;
      return scope === 'user' ? entry : `${entry};scope="${scope}"`;
    });
    policies.set(limits, (policy = entries.join(', ')));
  }
  return policy;
}

const whose = {
  user: 'The limit of',
  key: 'This API key’s limit of',
  endpoint: 'This endpoint’s limit, for everybody together, of',
  global: 'The limit for everybody together of',
} as const;

function refusal({ scope, window, limit }: RequestLimit, waitMs: number) {
  refusals.inc({ scope, window });
  return gatewayErrors.RATE_LIMITED({
    message: `${whose[scope]} ${limit} requests per ${window} is reached.`,
    retryAfterMs: waitMs,
    metadata: { limit_scope: scope, limit_window: window, limit_requests: String(limit) },
  });
}
