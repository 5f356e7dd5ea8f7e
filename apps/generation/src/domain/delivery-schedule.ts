import type { DeliveryState, DeliveryTry } from './webhook-delivery.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after the first, second … try that was not taken; after the last of them comes the last try. */
export const retryWaitsMs: readonly number[] = [5 * second, 30 * second, 2 * minute, 10 * minute, hour, 6 * hour];
/** Waits are shortened and lengthened by up to this share, so that receivers that failed together are not asked together. */
const jitter = 0.2;
/** No receiver puts a try off for longer. */
const longestRetryAfterMs = 6 * hour;

/** Errors that no repetition changes. */
const hopeless: ReadonlySet<string> = new Set(['url_not_allowed', 'host_not_allowed']);
/** The receiver says that nothing shall ever come again. */
const gone = 410;

/** What becomes of a delivery after a try; `step` counts the try, `putOffMs` is asked for by the receiver, `fraction` is random, 0..1. */
export function afterTry(
  tried: Pick<DeliveryTry, 'status' | 'error'> & { readonly putOffMs?: number | undefined },
  step: number,
  nowMs: number,
  fraction: number,
): { readonly state: DeliveryState; readonly nextTimeMs: number } {
  const { status, error, putOffMs = 0 } = tried;
  if (status >= 200 && status < 300) return { state: 'delivered', nextTimeMs: nowMs };
  const wait = retryWaitsMs[step - 1];
  if (wait === undefined || status === gone || hopeless.has(error)) return { state: 'failed', nextTimeMs: nowMs };
  const jittered = wait * (1 - jitter + 2 * jitter * fraction);
  return {
    state: 'pending',
    nextTimeMs: nowMs + Math.round(Math.max(jittered, Math.min(putOffMs, longestRetryAfterMs))),
  };
}

/** A Retry-After header (RFC 9110, seconds or a date) in milliseconds from now; undefined when it says nothing. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : undefined;
}
