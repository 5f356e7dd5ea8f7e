import { analyticsErrors } from '../analytics.errors.js';

const retryAfterMs = 1_000;

/** Classes and codes of SQLSTATE that pass: lost connections, a server that starts, stops or is full, locks, time-outs. */
const passing = /^(08...|53...|57P0[1-5]|57014|55P03|40001|40P01|25P0[34])$/;

/** Codes of a connection that does not come about or breaks. */
const broken = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOENT']);

/** What `pg` says without a code. */
const withoutCode =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

/** Whether the same statement may succeed a little later. */
export function isPassing(error: unknown): boolean {
  const { code, message, errors } = (error ?? {}) as { code?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.some(isPassing)) return true;
  if (typeof code === 'string') return passing.test(code) || broken.has(code);
  return typeof message === 'string' && withoutCode.test(message);
}

/** The same store, which answers ANALYTICS_STORE_UNAVAILABLE where its database is away: then a caller tries again. */
export function unavailableWhileAway<Store extends object>(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return await (member.apply(target, args) as unknown);
        } catch (error) {
          throw isPassing(error) ? analyticsErrors.ANALYTICS_STORE_UNAVAILABLE({ cause: error, retryAfterMs }) : error;
        }
      };
    },
  });
}
