import { useRef } from 'react';
import { ProblemError } from './problem.js';
import { randomId } from './random-id.js';

/** More open questions than a person can have. */
const most = 20;

/**
 * Idempotency keys of what costs money: the same request keeps its key until the server has taken it, however often it is tried,
 * so that an answer that was lost is never bought a second time. Once taken, the same request is a new wish.
 */
export class PurchaseKeys {
  readonly #open = new Map<string, string>();

  constructor(private readonly newKey: () => string = randomId) {}

  /** Sends a request with its key. */
  async send<Answer>(
    request: unknown,
    send: (options: { idempotencyKey: string }) => Promise<Answer>,
  ): Promise<Answer> {
    const name = JSON.stringify(request);
    const idempotencyKey = this.#open.get(name) ?? this.newKey();
    this.#open.delete(name);
    this.#open.set(name, idempotencyKey);
    const [oldest] = this.#open.keys();
    if (this.#open.size > most && oldest !== undefined) this.#open.delete(oldest);
    try {
      const answer = await send({ idempotencyKey });
      this.#open.delete(name);
      return answer;
    } catch (error) {
      if (isRefusal(error)) this.#open.delete(name);
      throw error;
    }
  }
}

/** The server has decided that this key buys nothing (more); a conflict may be the first try, still under way. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status, code } = error.problem;
  return code === 'IDEMPOTENCY_KEY_REUSED' || (status >= 400 && status < 500 && status !== 409);
}

/** The keys of one component. */
export function usePurchaseKeys(): PurchaseKeys {
  const keys = useRef<PurchaseKeys>(undefined);
  keys.current ??= new PurchaseKeys();
  return keys.current;
}
