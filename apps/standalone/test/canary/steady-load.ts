import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT (HS256) of a user, as an identity provider would issue it. */
export function userToken(userId: string, secret: string): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const head = encoded({ alg: 'HS256', typ: 'JWT' });
  const body = encoded({ sub: userId, iat: issuedAt, exp: issuedAt + 3_600 });
  const signature = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
}

/** One plan over REST that was none, or none of the classifier's. */
export interface Failure {
  readonly userId: string;
  readonly what: string;
}

/** Asks for a plan over REST; answers what went wrong with it. */
export async function plan(
  gatewayUrl: string,
  token: string,
  prompt: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  try {
    const answer = await fetch(`${gatewayUrl}/api/v1/enhanced/process`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ prompt }),
    });
    const body = (await answer.json()) as { fallback_used?: boolean };
    if (answer.status !== 200) return `status ${answer.status}`;
    return body.fallback_used === false ? undefined : 'planned without the classifier';
  } catch (error) {
    return String(error);
  }
}

/** Users who ask for plans all the time, so that nothing happens unnoticed. */
export class SteadyLoad {
  requests = 0;
  readonly failures: Failure[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;

  /** `users` with their tokens; `atOnce` of them ask at the same time, and breathe between. */
  constructor(gatewayUrl: string, users: readonly (readonly [string, string])[], atOnce: number) {
    const ask = async (first: number): Promise<void> => {
      for (let turn = first; !this.#stop.signal.aborted; turn += atOnce) {
        const [userId = '', token = ''] = users[turn % users.length] ?? [];
        const what = await plan(gatewayUrl, token, `a harbour in the fog, number ${turn % 1_000}`);
        this.requests += 1;
        if (what) this.failures.push({ userId, what });
        await pause(5);
      }
    };
    this.#done = Promise.all(Array.from({ length: atOnce }, (_, first) => ask(first)));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}
