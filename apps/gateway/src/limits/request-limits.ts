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
      const found = pairs(limits, reports).filter(({ limit }) => limit.window === window);
      const first = found.sort((one, other) => one.report.remaining - other.report.remaining)[0];
      return { count: first?.report.count ?? 0, limit: first?.limit.limit ?? 0 };
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

function pairs(limits: readonly RequestLimit[], reports: readonly BucketReport[]): Pair[] {
  return limits.flatMap((limit, index) => {
    const report = reports[index];
    return report ? [{ limit, report }] : [];
  });
}

function judge(
  limits: readonly RequestLimit[],
  { admitted, reports, alone }: Taken,
  tell: (state: LimitState) => void,
) {
  const [first, ...others] = pairs(limits, reports);
  if (!first) return;
  // Of a refused request the one to wait for longest, else the one that is used up first.
  const isNearer = admitted
    ? (one: Pair, other: Pair) => one.report.remaining < other.report.remaining
    : (one: Pair, other: Pair) => one.report.retryMs > other.report.retryMs;
  const nearest = others.reduce((found, next) => (isNearer(next, found) ? next : found), first);
  const { limit, report } = nearest;
  tell({
    limit: limit.limit,
    remaining: report.remaining,
    resetS: Math.ceil(report.resetMs / 1000),
    policy: limits.map(policyOf).join(', '),
    alone,
  });
  if (!admitted) throw refusal(limit, report.retryMs);
}

/** One entry of `RateLimit-Policy`; that of the user bears no scope. */
function policyOf({ scope, limit, windowMs }: RequestLimit): string {
  const policy = `${limit};w=${windowMs / 1000}`;
  return scope === 'user' ? policy : `${policy};scope="${scope}"`;
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
