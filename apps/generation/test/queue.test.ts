import {
  CreateGenerationRequest,
  type Generation,
  GenerationState as State,
  Priority,
} from '@atelier/contracts/generation/v1';
import { ProviderError } from '@atelier/model-providers';
import { callAs } from '@atelier/testing';
import { delivered, Gate } from './fake-provider.js';
import { gptImage, Harness } from './harness.js';

let harness: Harness;
const admin = { context: callAs({ userId: 'root', scopes: ['admin'] }) };
/** One place, so that one thing runs at a time; four of a user and 60 in all may wait. */
const env = {
  MAX_CONCURRENT_GENERATIONS: '1',
  MAX_CONCURRENT_GENERATIONS_PER_USER: '2',
  MAX_CONCURRENT_GENERATIONS_PER_PROVIDER: '3',
  MAX_QUEUED_GENERATIONS: '60',
  MAX_QUEUED_GENERATIONS_PER_USER: '52',
  COST_LIMIT_PER_HOUR: '100',
  DAILY_BUDGET: '100',
};
beforeAll(async () => {
  harness = await Harness.open(env);
}, 60_000);
afterAll(() => harness.close());
afterEach(async () => expect(await harness.violations()).toEqual([]));

/** Prompts in the order in which they were bought. */
const bought = (): unknown[] => harness.replicate.submitted.map(({ input }) => input['prompt']);
const ask = (userId: string, prompt: string, wanted: Partial<CreateGenerationRequest> = {}): Promise<Generation> =>
  harness.create(userId, { prompt, finalPrompt: prompt, ...wanted });

/** Keeps the only place taken until the gate opens. */
async function busy(): Promise<Gate> {
  const gate = new Gate();
  harness.replicate.submitted.length = 0;
  harness.replicate.onSubmit = async ({ input }) => {
    if (input['prompt'] === 'blocker') await gate.opened;
    return delivered('p');
  };
  await ask('blocker', 'blocker');
  await harness.until(async () => harness.replicate.submitted.length === 1);
  return gate;
}

async function allEnded(): Promise<void> {
  await harness.until(async () => {
    const rows = await harness.db
      .selectFrom('generations')
      .select('generation_id')
      .where('state', 'in', ['queued', 'running'])
      .execute();
    return rows.length === 0;
  });
}

describe('the order', () => {
  it('is fair between users: who queued fifty does not delay the first one of somebody else', async () => {
    const gate = await busy();
    for (let index = 0; index < 50; index += 1) await ask('ann', `ann ${index}`);
    const bob = await ask('bob', 'bob 0');
    expect(bob.queuePosition).toBe(2);
    gate.open();
    await harness.ended('bob', bob.generationId);
    expect(bought().slice(0, 3)).toEqual(['blocker', 'ann 0', 'bob 0']);
    // A newcomer comes next, whatever waits.
    const again = await ask('cy', 'cy 0');
    const before = bought().length;
    await harness.ended('cy', again.generationId);
    expect(bought().indexOf('cy 0') - before).toBeLessThanOrEqual(2);
    await allEnded();
    expect(bought().filter((prompt) => String(prompt).startsWith('ann'))).toEqual(
      Array.from({ length: 50 }, (_, index) => `ann ${index}`),
    );
  });

  it('is by priority first', async () => {
    const gate = await busy();
    await ask('ann', 'low', { priority: Priority.PRIORITY_LOW });
    await ask('bob', 'normal');
    await ask('ann', 'high', { priority: Priority.PRIORITY_HIGH });
    gate.open();
    await allEnded();
    expect(bought()).toEqual(['blocker', 'high', 'normal', 'low']);
  });
});

describe('what waits', () => {
  it('knows its place and about how long it waits, until it starts', async () => {
    const gate = await busy();
    const first = await ask('ann', 'first');
    const second = await ask('bob', 'second');
    expect([first.queuePosition, second.queuePosition]).toEqual([1, 2]);
    expect(first.estimatedWaitMs).toBe(15_000);
    expect(second.estimatedWaitMs).toBe(45_000);
    expect(await harness.get('bob', second.generationId)).toMatchObject({ queuePosition: 2, estimatedWaitMs: 45_000 });
    gate.open();
    const ended = await harness.ended('bob', second.generationId);
    expect([ended.queuePosition, ended.estimatedWaitMs]).toEqual([0, undefined]);
    await allEnded();
  });

  it('of one user can not fill the queue of everybody', async () => {
    const gate = await busy();
    const answers = await Promise.allSettled(Array.from({ length: 56 }, (_, index) => ask('ann', `ann ${index}`)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(52);
    await expect(ask('ann', 'one more')).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'QUEUE_FULL',
      metadata: { limit: 'user' },
      retryAfterMs: expect.any(Number) as number,
    });
    const others = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => ask(`other ${index}`, 'x')));
    expect(others.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    await expect(ask('late', 'x')).rejects.toMatchObject({ reason: 'QUEUE_FULL', metadata: { limit: 'all' } });
    gate.open();
    await allEnded();
  });
});

describe('the caps', () => {
  it('of user and provider hold over all processes, however many look at once', async () => {
    const gate = await busy();
    for (let index = 0; index < 5; index += 1) await ask('fay', `fay ${index}`);
    for (const user of ['gil', 'hal', 'ida']) await ask(user, user);
    await ask('jan', 'jan', { modelId: gptImage });
    const caps = { perUser: 2, perProvider: 3 };
    const others = [harness.otherLeases(caps), harness.otherLeases(caps)];
    const claimed = (await Promise.all(others.map((leases) => leases.claimNext(4)))).flatMap(({ leases }) => leases);
    // The blocker is the third of replicate.
    expect(claimed.map(({ generation }) => generation.finalPrompt).toSorted()).toEqual(['fay 0', 'gil', 'jan']);
    const more = await others[0]?.claimNext(4);
    expect(more).toEqual({ leases: [], more: false });
    await Promise.all(claimed.map((lease) => lease.release()));
    gate.open();
    await allEnded();
  });
});

describe('a pause', () => {
  it('holds up everything, also after a restart, until it is ended; what runs goes on', async () => {
    const gate = await busy();
    const { pauses } = await harness.queueAdmin.pauseQueue({ provider: '' }, admin);
    expect(pauses).toMatchObject([{ provider: '', pauseUser: 'root' }]);
    const waiting = await ask('ann', 'waiting');
    expect([waiting.state, waiting.estimatedWaitMs]).toEqual([State.GENERATION_STATE_QUEUED, undefined]);
    gate.open();
    await harness.until(async () => {
      const { levels, providers } = await harness.queueAdmin.getQueue({}, admin);
      return levels[1]?.waiting === 1 && providers[0]?.running === 0;
    });
    await harness.stop();
    await harness.start(env);
    expect(await harness.get('ann', waiting.generationId)).toMatchObject({ state: State.GENERATION_STATE_QUEUED });
    expect(await harness.otherLeases().claimNext(5)).toEqual({ leases: [], more: false });
    expect(await harness.queueAdmin.resumeQueue({ provider: '' }, admin)).toEqual({ pauses: [] });
    await harness.ended('ann', waiting.generationId);
  });

  it('of one provider leaves the others alone', async () => {
    await harness.queueAdmin.pauseQueue({ provider: 'replicate' }, admin);
    const held = await ask('ann', 'held');
    const free = await ask('ann', 'free', { modelId: gptImage });
    await harness.ended('ann', free.generationId);
    expect(await harness.get('ann', held.generationId)).toMatchObject({ state: State.GENERATION_STATE_QUEUED });
    await harness.queueAdmin.resumeQueue({ provider: 'replicate' }, admin);
    await harness.ended('ann', held.generationId);
  });

  it('is for administrators and known providers', async () => {
    const user = { context: callAs('ann') };
    for (const call of [
      harness.queueAdmin.pauseQueue({ provider: '' }, user),
      harness.queueAdmin.resumeQueue({ provider: '' }, user),
      harness.queueAdmin.getQueue({}, user),
      harness.queueAdmin.listDeadLetters({ pageSize: 0, pageToken: '', errorCode: '' }, user),
      harness.queueAdmin.retryDeadLetters({ generationIds: [], errorCode: '', limit: 0 }, user),
    ])
      await expect(call).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(harness.queueAdmin.pauseQueue({ provider: 'acme' }, admin)).rejects.toMatchObject({
      reason: 'PROVIDER_UNKNOWN',
    });
  });
});

describe('dead letters', () => {
  const list = (errorCode = '') =>
    harness.queueAdmin.listDeadLetters({ pageSize: 50, pageToken: '', errorCode }, admin);
  const retry = (generationIds: string[] = []) =>
    harness.queueAdmin.retryDeadLetters({ generationIds, errorCode: '', limit: 0 }, admin);
  const failWith = (kind: ConstructorParameters<typeof ProviderError>[0]): void => {
    harness.replicate.onSubmit = () => {
      throw new ProviderError(kind, 'replicate', 'broken');
    };
  };

  it('are what failed through no fault of the request, and are repeated once for their owners', async () => {
    failWith('not_bought');
    const dead = await ask('ann', 'dead');
    expect(await harness.ended('ann', dead.generationId)).toMatchObject({ error: { code: 'PROVIDER_UNAVAILABLE' } });
    failWith('content_policy');
    const refused = await ask('ann', 'refused');
    failWith('unknown');
    await harness.ended('ann', refused.generationId);
    const paid = await ask('ann', 'paid');
    await harness.ended('ann', paid.generationId);
    expect((await list()).generations.map(({ generationId }) => generationId)).toEqual([dead.generationId]);
    expect((await list('PROVIDER_RATE_LIMITED')).generations).toEqual([]);
    // Nobody would fetch its result.
    failWith('not_bought');
    const foreign = await ask('ann', 'foreign', { origin: 'playground' });
    await harness.ended('ann', foreign.generationId);
    expect((await list()).generations).toHaveLength(1);
    expect(await harness.queueAdmin.getQueue({}, admin)).toMatchObject({ deadLetters: 1 });

    harness.replicate.onSubmit = () => delivered('p');
    const [one, other] = await Promise.all([retry(), retry([dead.generationId])]);
    const retryId = one.retries[0]?.retryId ?? '';
    expect([one.retries, other.retries]).toEqual([
      [{ generationId: dead.generationId, retryId, error: undefined }],
      [{ generationId: dead.generationId, retryId, error: undefined }],
    ]);
    expect(await harness.ended('ann', retryId)).toMatchObject({
      state: State.GENERATION_STATE_SUCCEEDED,
      parentId: dead.generationId,
      ownerId: 'ann',
      finalPrompt: 'dead',
    });
    expect((await retry([dead.generationId])).retries[0]?.retryId).toBe(retryId);
    expect((await list()).generations).toEqual([]);
    const wrong = await retry([refused.generationId, paid.generationId, 'nonsense']);
    expect(wrong.retries.map(({ error }) => error?.code)).toEqual(Array(3).fill('NO_DEAD_LETTER'));
  });

  it('are counted with what waits, by priority, age and provider', async () => {
    const gate = await busy();
    await ask('ann', 'old', { priority: Priority.PRIORITY_HIGH });
    harness.clock.advance(120_000);
    await ask('ann', 'new', { priority: Priority.PRIORITY_HIGH });
    await ask('bob', 'new', { modelId: gptImage });
    const queue = await harness.queueAdmin.getQueue({}, admin);
    expect(queue.levels).toMatchObject([
      { priority: Priority.PRIORITY_HIGH, waiting: 2, users: 1 },
      { priority: Priority.PRIORITY_NORMAL, waiting: 1, users: 1 },
      { priority: Priority.PRIORITY_LOW, waiting: 0, users: 0, oldestMs: 0 },
    ]);
    expect(queue.levels[0]?.oldestMs).toBeGreaterThanOrEqual(120_000);
    expect(queue.ages.map(({ waiting }) => waiting)).toEqual([2, 1, 0, 0]);
    expect(queue.providers).toMatchObject([
      { provider: 'openai', waiting: 1, running: 0 },
      { provider: 'replicate', waiting: 2, running: 1 },
    ]);
    gate.open();
    await allEnded();
  });
});
