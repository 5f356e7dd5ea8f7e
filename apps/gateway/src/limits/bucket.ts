/** One limit of one subject: at most `limit` requests in a window. */
export interface Bucket {
  /** Where its state is kept. */
  readonly key: string;
  /** 1 to `maxLimit`. */
  readonly limit: number;
  readonly windowMs: number;
}

/** Largest limit: `limit × window` stays an exact integer, here and in Lua. */
export const maxLimit = 1_000_000_000;

/** What is remembered of a bucket. Integers; a window after the latest request nothing of it matters any more. */
export interface BucketState {
  /** Requests that have not drained yet, each worth `windowMs`; `limit` of it drains in a millisecond. */
  readonly level: number;
  /** When the level was that. */
  readonly atMs: number;
  /** The counted window began with its first request. */
  readonly startMs: number;
  /** Requests in the counted window. */
  readonly count: number;
}

/** How a bucket stands, after the request if it was taken. */
export interface BucketReport {
  /** Requests that would be let through now. */
  readonly remaining: number;
  /** Milliseconds until the next request is let through; 0 = now. */
  readonly retryMs: number;
  /** Milliseconds until the whole limit can be used again. */
  readonly resetMs: number;
  /** Requests in the counted window. */
  readonly count: number;
}

const empty: BucketState = { level: 0, atMs: 0, startMs: 0, count: 0 };

/**
 * The state at `nowMs`. Two rules hold together, and Lua has the same in redis-buckets.ts:
 * the generic cell rate algorithm as a continuous-state leaky bucket (ITU-T I.371 annex A), so that a window's worth of
 * requests never comes twice around the border of two windows, and a count per window, which is what the API promises.
 */
export function stateAt({ limit, windowMs }: Bucket, kept: BucketState | undefined, nowMs: number): BucketState {
  if (!kept) return empty;
  const atMs = Math.min(kept.atMs, nowMs);
  const startMs = Math.min(kept.startMs, nowMs);
  const elapsedMs = nowMs - atMs;
  const level = elapsedMs >= windowMs ? 0 : Math.max(0, kept.level - elapsedMs * limit);
  return { level, atMs, startMs, count: nowMs - startMs >= windowMs ? 0 : kept.count };
}

/** How long a request has to wait; 0 when it may come now. */
export function retryMs({ limit, windowMs }: Bucket, state: BucketState, nowMs: number): number {
  const over = state.level - (limit - 1) * windowMs;
  const drainMs = over > 0 ? Math.min(Math.ceil(over / limit), state.atMs + windowMs - nowMs) : 0;
  const countMs = state.count >= limit ? state.startMs + windowMs - nowMs : 0;
  return Math.max(drainMs, countMs);
}

/** The state with one request more. */
export function withRequest({ windowMs }: Bucket, { level, startMs, count }: BucketState, nowMs: number): BucketState {
  return { level: level + windowMs, atMs: nowMs, startMs: count === 0 ? nowMs : startMs, count: count + 1 };
}

/** What callers are told. */
export function reportOf(bucket: Bucket, state: BucketState, nowMs: number): BucketReport {
  const { limit, windowMs } = bucket;
  const room = Math.floor((limit * windowMs - state.level) / windowMs);
  return {
    remaining: Math.max(0, Math.min(room, limit - state.count)),
    retryMs: retryMs(bucket, state, nowMs),
    resetMs: Math.max(
      Math.min(Math.ceil(state.level / limit), windowMs),
      state.count > 0 ? state.startMs + windowMs - nowMs : 0,
    ),
    count: state.count,
  };
}
