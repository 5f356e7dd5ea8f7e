import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { gatewayErrors } from '../gateway.errors.js';
import type { Principal } from '../identity/principal.js';

/** Requests that a caller has sent and may send. */
export interface RequestUsage {
  readonly requestsThisMinute: number;
  readonly requestsThisHour: number;
  readonly minuteLimit: number;
  readonly hourLimit: number;
}

/** What a caller is told about its limit in `RateLimit-*` headers. */
export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetS: number;
  readonly policy: string;
}

interface Windows {
  readonly minute: RateLimiterMemory;
  readonly hour: RateLimiterMemory;
  readonly policy: string;
}

/** Counts requests of each user, or of a key that has limits of its own, in windows of a minute and an hour. */
export class RequestLimits {
  readonly #windows = new Map<string, Windows>();

  constructor(private readonly everybody: { readonly perMinute: number; readonly perHour: number }) {}

  /** Counts one request. @throws RATE_LIMITED, which says which limit was reached */
  async count(principal: Principal, onState: (state: LimitState) => void): Promise<void> {
    const { windows, subject } = this.#of(principal);
    const minute = await take(windows.minute, subject);
    if (minute.refused) {
      onState(stateOf(windows.minute, minute.result, windows.policy));
      throw tooMany('minute', windows.minute.points, minute.result);
    }
    const hour = await take(windows.hour, subject);
    const hourIsTighter = hour.result.remainingPoints < minute.result.remainingPoints;
    onState(
      hourIsTighter
        ? stateOf(windows.hour, hour.result, windows.policy)
        : stateOf(windows.minute, minute.result, windows.policy),
    );
    if (hour.refused) throw tooMany('hour', windows.hour.points, hour.result);
  }

  /** What a caller has used. */
  async usage(principal: Principal): Promise<RequestUsage> {
    const { windows, subject } = this.#of(principal);
    const [minute, hour] = await Promise.all([windows.minute.get(subject), windows.hour.get(subject)]);
    return {
      requestsThisMinute: minute?.consumedPoints ?? 0,
      requestsThisHour: hour?.consumedPoints ?? 0,
      minuteLimit: windows.minute.points,
      hourLimit: windows.hour.points,
    };
  }

  #of({ identity, limits }: Principal): { windows: Windows; subject: string } {
    const own = limits?.requests_per_minute !== undefined || limits?.requests_per_hour !== undefined;
    const perMinute = limits?.requests_per_minute ?? this.everybody.perMinute;
    const perHour = limits?.requests_per_hour ?? this.everybody.perHour;
    const policy = `${perMinute};w=60, ${perHour};w=3600`;
    let windows = this.#windows.get(policy);
    if (!windows) {
      windows = {
        minute: new RateLimiterMemory({ keyPrefix: 'minute', points: perMinute, duration: 60 }),
        hour: new RateLimiterMemory({ keyPrefix: 'hour', points: perHour, duration: 3600 }),
        policy,
      };
      this.#windows.set(policy, windows);
    }
    return { windows, subject: own && identity.keyId ? `key:${identity.keyId}` : `user:${identity.userId}` };
  }
}

interface Outcome {
  readonly refused: boolean;
  readonly result: RateLimiterRes;
}

/** The library rejects with the same result that it resolves with. */
async function take(limiter: RateLimiterMemory, subject: string): Promise<Outcome> {
  try {
    return { refused: false, result: await limiter.consume(subject) };
  } catch (result) {
    if (result instanceof RateLimiterRes) return { refused: true, result };
    throw result;
  }
}

function stateOf(limiter: RateLimiterMemory, result: RateLimiterRes, policy: string): LimitState {
  return {
    limit: limiter.points,
    remaining: result.remainingPoints,
    resetS: Math.ceil(result.msBeforeNext / 1000),
    policy,
  };
}

function tooMany(window: 'minute' | 'hour', limit: number, { msBeforeNext }: RateLimiterRes) {
  return gatewayErrors.RATE_LIMITED({
    message: `The limit of ${limit} requests per ${window} is reached.`,
    retryAfterMs: msBeforeNext,
    metadata: { limit: `requests_per_${window}` },
  });
}
