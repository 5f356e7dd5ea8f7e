/** A command was not answered in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The answer of a command, or a `DeadlineError` after `ms`. An answer that already lies in the socket still counts: after
 * a busy event loop timers run before sockets are read, and a slow process must not look like a slow Redis.
 */
export function withinDeadline<T>(answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new DeadlineError(`no answer within ${ms} ms`))), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
