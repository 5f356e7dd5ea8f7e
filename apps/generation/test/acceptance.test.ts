import { CreateGenerationRequest, GenerationState as State, Priority } from '@atelier/contracts/generation/v1';
import type { ServiceError } from '@atelier/errors';
import { callAs } from '@atelier/testing';
import { Gate, picture, working } from './fake-provider.js';
import { flux, Harness } from './harness.js';

let harness: Harness;
/** Keeps the only worker busy, so that everything else stays queued. */
const busy = new Gate();
beforeAll(async () => {
  harness = await Harness.open({
    MAX_CONCURRENT_GENERATIONS: '1',
    MAX_QUEUED_GENERATIONS: '60',
    COST_LIMIT_PER_HOUR: '0.2',
    DAILY_BUDGET: '1.8',
    ALLOWED_IMAGE_HOSTS: 'images.example',
  });
  harness.replicate.onSubmit = async () => {
    await busy.opened;
    return working('p');
  };
  await harness.create('blocker');
}, 30_000);
afterAll(async () => {
  busy.open();
  await harness.close();
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

async function counts() {
  const count = async (table: 'generations' | 'reservations' | 'idempotency_keys' | 'assets'): Promise<number> => {
    const rows = await harness.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .execute();
    return Number(rows[0]?.n);
  };
  const generations = await count('generations');
  return {
    generations,
    reservations: await count('reservations'),
    keys: await count('idempotency_keys'),
    assets: await count('assets'),
  };
}

/** The refusal, which must leave nothing behind. */
async function refused(request: Promise<unknown>): Promise<ServiceError> {
  const before = await counts();
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown as ServiceError,
  );
  expect(await counts()).toEqual(before);
  if (!error) throw new Error('was accepted');
  return error;
}

describe('an idempotency key', () => {
  it('answers the first generation again, however many ask at once', async () => {
    const wanted = { idempotencyKey: 'once', requestHash: 'h1' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => harness.create('ivy', wanted)));
    expect(new Set(answers.map(({ generationId }) => generationId)).size).toBe(1);
    const again = await harness.create('ivy', wanted);
    expect(again.generationId).toBe(answers[0]?.generationId);
    expect(await harness.ledger.getBudget({}, { context: callAs('ivy') })).toMatchObject({ userHourMicros: 40_000 });
  });

  it('can be looked up by its owner before anything is planned', async () => {
    const find = (user: string, idempotencyKey: string, requestHash: string) =>
      harness.generations.findGenerationByKey({ idempotencyKey, requestHash }, { context: callAs(user) });
    const first = await harness.create('ivy', { idempotencyKey: 'once', requestHash: 'h1' });
    const { generation } = await find('ivy', 'once', 'h1');
    expect(generation?.generationId).toBe(first.generationId);
    await expect(find('ivy', 'once', 'h2')).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await find('ivy', 'unused', 'h1')).toEqual({ generation: undefined });
    expect(await find('jack', 'once', 'h1')).toEqual({ generation: undefined });
  });

  it('is refused for another request', async () => {
    const error = await refused(harness.create('ivy', { idempotencyKey: 'once', requestHash: 'h2' }));
    expect(error).toMatchObject({ code: 'ALREADY_EXISTS', reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('means nothing to other users', async () => {
    const mine = await harness.create('ivy', { idempotencyKey: 'once', requestHash: 'h1' });
    const theirs = await harness.create('jack', { idempotencyKey: 'once', requestHash: 'h2' });
    expect(theirs.generationId).not.toBe(mine.generationId);
  });

  it('buys nothing again after its generation was deleted', async () => {
    const wanted = { idempotencyKey: 'gone', requestHash: 'h' };
    const { generationId } = await harness.create('ivy', wanted);
    await harness.generations.cancelGeneration({ generationId }, { context: callAs('ivy') });
    await harness.generations.deleteGeneration({ generationId }, { context: callAs('ivy') });
    expect(await refused(harness.create('ivy', wanted))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the budget', () => {
  it('of a user and hour is not overspent by requests that come at the same time', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => harness.create('kim')));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const budget = await harness.ledger.getBudget({}, { context: callAs('kim') });
    expect(budget).toMatchObject({ userHourMicros: 200_000, userHourLimitMicros: 200_000 });
    const error = await refused(harness.create('kim'));
    expect(error).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'BUDGET_EXCEEDED',
      metadata: { limit: 'user_hour' },
    });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });

  it('is whole again in the next hour, and after a cancellation', async () => {
    const { generations } = await harness.generations.listGenerations(
      {
        pageSize: 1,
        pageToken: '',
        states: [],
        workflow: 0,
        sessionId: '',
        parentId: '',
        origin: '',
        createdAfter: undefined,
        createdBefore: undefined,
      },
      { context: callAs('kim') },
    );
    const generationId = generations[0]?.generationId ?? '';
    await harness.generations.cancelGeneration({ generationId }, { context: callAs('kim') });
    await harness.create('kim');
    await refused(harness.create('kim'));
    harness.clock.advance(3_600_000);
    await harness.create('kim');
  });

  it('of the day is one for all users', async () => {
    const users = Array.from({ length: 12 }, (_, index) => `day-${index}`);
    const answers = await Promise.allSettled(
      users.flatMap((user) => Array.from({ length: 4 }, () => harness.create(user))),
    );
    const budget = await harness.ledger.getBudget({}, { context: callAs('anyone') });
    expect(budget.dayMicros).toBeLessThanOrEqual(budget.dayLimitMicros);
    expect(budget.dayMicros).toBeGreaterThan(budget.dayLimitMicros - 40_000);
    expect(answers.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    expect(await refused(harness.create('latecomer'))).toMatchObject({ metadata: { limit: 'day' } });
    harness.clock.advance(86_400_000);
  });
});

describe('the queue', () => {
  it('orders by priority, then by age', async () => {
    const low = await harness.create('quinn', { priority: Priority.PRIORITY_LOW });
    const high = await harness.create('quinn', { priority: Priority.PRIORITY_HIGH });
    const second = await harness.create('quinn', { priority: Priority.PRIORITY_HIGH });
    expect([high.queuePosition, second.queuePosition]).toEqual([1, 2]);
    expect((await harness.get('quinn', low.generationId)).queuePosition).toBeGreaterThan(3);
    await harness.generations.cancelGeneration({ generationId: high.generationId }, { context: callAs('quinn') });
    expect((await harness.get('quinn', second.generationId)).queuePosition).toBe(1);
  });

  it('takes no more than it may, and says when to come back', async () => {
    const queued = async (): Promise<number> => {
      const rows = await harness.db.selectFrom('generations').select('state').where('state', '=', 'queued').execute();
      return rows.length;
    };
    for (let waiting = await queued(); waiting < 60; waiting += 1) await harness.create(`crowd-${waiting}`);
    const error = await refused(harness.create('crowd-late'));
    expect(error).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL' });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(await queued()).toBe(60);
  });

  it('lets go at once of what is cancelled', async () => {
    const [queued] = await harness.db
      .selectFrom('generations')
      .selectAll()
      .where('state', '=', 'queued')
      .limit(1)
      .execute();
    const generationId = queued?.generation_id ?? '';
    const context = callAs(queued?.owner_id ?? '');
    const { generation } = await harness.generations.cancelGeneration({ generationId }, { context });
    expect(generation).toMatchObject({
      state: State.GENERATION_STATE_CANCELLED,
      queuePosition: 0,
      actualCostMicros: 0,
    });
    await expect(harness.generations.cancelGeneration({ generationId }, { context })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'GENERATION_ENDED',
    });
  });
});

describe('a request is refused', () => {
  const dataUrl = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;

  it.each([
    ['without a prompt', { prompt: ' ' }, 'INVALID_GENERATION'],
    ['without a workflow', { workflow: 0 }, 'INVALID_GENERATION'],
    ['for an unknown model', { modelId: 'acme/nothing' }, 'MODEL_UNKNOWN'],
    ['for a model that makes no media', { modelId: 'gpt-4o-mini' }, 'MODEL_UNKNOWN'],
    ['for a provider without a key', { modelId: 'models/gemini-nano-banana-2.1' }, 'PROVIDER_NOT_CONFIGURED'],
    [
      'with more images than the model takes',
      { inputImages: Array.from({ length: 5 }, () => dataUrl(picture)) },
      'PARAMETERS_NOT_SUPPORTED',
    ],
    ['with a webhook that is no URL', { webhookUrl: 'x' }, 'WEBHOOK_URL_NOT_ALLOWED'],
    ['with a webhook without https', { webhookUrl: 'http://example.com/' }, 'WEBHOOK_URL_NOT_ALLOWED'],
    ['with a webhook with a password', { webhookUrl: 'https://me:pw@example.com/' }, 'WEBHOOK_URL_NOT_ALLOWED'],
    ['with a webhook on a private address', { webhookUrl: 'https://0x7f000001/' }, 'WEBHOOK_URL_NOT_ALLOWED'],
    ['with a webhook to metadata', { webhookUrl: 'https://[::ffff:169.254.169.254]/' }, 'WEBHOOK_URL_NOT_ALLOWED'],
    ['with a webhook on this machine', { webhookUrl: 'https://localhost/' }, 'WEBHOOK_URL_NOT_ALLOWED'],
    ['with a parent that does not exist', { parentId: 'nothing' }, 'INVALID_GENERATION'],
    [
      'with an image on a host that is not allowed',
      { inputImages: ['https://evil.example/a.png'] },
      'INPUT_IMAGE_HOST_NOT_ALLOWED',
    ],
    [
      'with a host that only looks allowed',
      { inputImages: ['https://images.example.evil.com/a.png'] },
      'INPUT_IMAGE_HOST_NOT_ALLOWED',
    ],
    [
      'with credentials in an image URL',
      { inputImages: ['https://a:b@images.example/a.png'] },
      'INPUT_IMAGE_URL_INVALID',
    ],
    ['with an image that is none', { inputImages: [dataUrl(Buffer.from('hello, world'))] }, 'INPUT_IMAGE_UNSUPPORTED'],
    ['with a data URL that is not base64', { inputImages: ['data:image/png,abc'] }, 'INPUT_IMAGE_URL_INVALID'],
    ['with an image that does not exist', { inputImages: ['no-such-asset'] }, 'INPUT_IMAGE_NOT_FOUND'],
  ])('%s', async (_why, wanted, reason) => {
    expect(await refused(harness.create('bad', { modelId: flux, ...wanted }))).toMatchObject({ reason });
  });

  it('from somebody who may only read', async () => {
    const context = callAs({ userId: 'reader', scopes: ['read'] });
    const request = CreateGenerationRequest.create({ prompt: 'x', workflow: 1, modelId: flux });
    expect(await refused(harness.generations.createGeneration(request, { context }))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});
