import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceFleet } from '@atelier/local-servers';
import type { Seeded } from './seeded.js';

/** What became of the jobs that were asked for. */
export interface Accepted {
  readonly id: string;
  readonly userKey: string;
}

export interface Workload {
  readonly accepted: readonly Accepted[];
  /** Jobs that were refused because the user's hour is spent: a right answer. */
  readonly refusedByBudget: number;
  /** Answers that no client should get, with the request they answered. */
  readonly wrong: readonly string[];
  /** Resolves when as many jobs as wanted were accepted. */
  readonly done: Promise<void>;
}

/** One that is rich in requests and poor in budget, and others. */
const users = ['ann', 'bob', 'cy', 'di', 'eve', 'fay'] as const;
const clients = 6;

/** What a client sends beside its picture: one pixel will do, the sandbox draws from the prompt. */
const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/**
 * What people ask for: mostly pictures with a seed, some by a provider that keeps no list of what it made, and some that
 * take two steps, each bought by itself.
 */
const bodies = (random: Seeded, number: number) =>
  random.pick<Record<string, unknown>>([
    [{ prompt: `put her in this red dress and make her wave, number ${number}`, input_images: [picture] }, 2],
    [{ workflow_type: 'image_generation', parameters: { seed: number } }, 6],
    [{ workflow_type: 'image_generation' }, 2],
    [{ model_id: 'black-forest-labs/flux-schnell', parameters: { seed: number } }, 2],
    [{ model_id: 'gpt-image-2', workflow_type: 'image_generation' }, 1],
    [{ model_id: 'models/gemini-nano-banana-2.1', workflow_type: 'image_generation' }, 1],
    [{ workflow_type: 'text_to_video' }, 1],
  ]);

/** Clients as they should be: an idempotency key for each job, and the same request again until it is answered. */
export async function startWorkload(fleet: ServiceFleet, random: Seeded, jobs: number): Promise<Workload> {
  const accepted: Accepted[] = [];
  const wrong: string[] = [];
  const workload = { accepted, wrong, refusedByBudget: 0, done: Promise.resolve() };
  const keys = new Map(await Promise.all(users.map(async (user) => [user, await makeKey(fleet, user)] as const)));
  let started = 0;
  const work = async (): Promise<void> => {
    while (accepted.length < jobs) {
      const number = (started += 1);
      const user = random.pick(users.map((name, index) => [name, index === 0 ? 3 : 1] as const));
      const userKey = keys.get(user) ?? '';
      const body = { prompt: `a red boat on a calm lake, number ${number}`, ...bodies(random, number) };
      const answer = await ask(fleet, userKey, `job-${number}`, body);
      if (answer.status === 202) accepted.push({ id: answer.id, userKey });
      else if (answer.code === 'BUDGET_EXCEEDED') workload.refusedByBudget += 1;
      else wrong.push(`${answer.status} ${answer.code} for ${JSON.stringify(body)}`);
      if (wrong.length > 20) throw new Error(`too many wrong answers: ${wrong.join('; ')}`);
      await pause(random.between(0, 60));
    }
  };
  workload.done = Promise.all(Array.from({ length: clients }, work)).then(() => undefined);
  return workload;
}

async function ask(
  fleet: ServiceFleet,
  userKey: string,
  idempotencyKey: string,
  body: object,
): Promise<{ status: number; id: string; code: string }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(`${fleet.gatewayUrl}/api/v1/generations`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${userKey}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
      const { id = '', code = '' } = (await response.json()) as { id?: string; code?: string };
      // Whatever is away comes back; a client tries again with the same key.
      if (response.status < 500 || attempt > 200) return { status: response.status, id, code };
    } catch (error) {
      if (attempt > 200) throw error;
    }
    await pause(150);
  }
}

async function makeKey(fleet: ServiceFleet, owner: string): Promise<string> {
  const response = await fetch(`${fleet.gatewayUrl}/api/v1/admin/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fleet.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ owner, scopes: ['generate', 'read'] }),
  });
  const answer = (await response.json()) as { key?: string };
  if (!answer.key) throw new Error(`no key for ${owner}: ${response.status} ${JSON.stringify(answer)}`);
  return answer.key;
}
