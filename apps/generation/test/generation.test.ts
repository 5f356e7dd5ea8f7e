import {
  AttemptState,
  GenerationEventType as EventType,
  GenerationState as State,
} from '@atelier/contracts/generation/v1';
import { ProviderError } from '@atelier/model-providers';
import { callAs } from '@atelier/testing';
import { delivered, Gate, never, picture, working } from './fake-provider.js';
import { flux, gptImage, Harness, schnell } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
}, 30_000);
afterAll(() => harness.close());
beforeEach(() => {
  for (const provider of [harness.replicate, harness.openai]) {
    provider.onSubmit = () => delivered(provider.get ? 'job' : '');
    provider.submitted.length = 0;
    provider.cancelled.length = 0;
  }
  harness.replicate.onGet = (id) => delivered(id);
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

describe('a generation', () => {
  it('is accepted, bought once, stored, settled and told event by event', async () => {
    harness.replicate.onSubmit = () => working('p1');
    const answers = [working('p1', 40), working('p1', 41), delivered('p1')];
    harness.replicate.onGet = () => answers.shift() ?? delivered('p1');
    const accepted = await harness.create('sarah');
    expect(accepted).toMatchObject({
      state: State.GENERATION_STATE_QUEUED,
      queuePosition: 1,
      estimatedCostMicros: 40_000,
    });

    const events = await harness.watch('sarah', accepted.generationId);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({ type: EventType.GENERATION_EVENT_TYPE_QUEUED });
    expect(events.slice(-2).map(({ type }) => type)).toEqual([
      EventType.GENERATION_EVENT_TYPE_OUTPUT,
      EventType.GENERATION_EVENT_TYPE_SUCCEEDED,
    ]);
    expect(events.map(({ generation }) => generation?.progress)).toEqual(expect.arrayContaining([0, 40, 41, 100]));

    const done = await harness.get('sarah', accepted.generationId);
    expect(done).toMatchObject({
      state: State.GENERATION_STATE_SUCCEEDED,
      progress: 100,
      queuePosition: 0,
      actualCostMicros: 40_000,
      attempts: [
        { provider: 'replicate', modelId: flux, state: AttemptState.ATTEMPT_STATE_SUCCEEDED, providerJobId: 'p1' },
      ],
      outputs: [{ contentType: 'image/png', width: 48, height: 32, sizeBytes: picture.length, ownerId: 'sarah' }],
    });
    expect(await harness.fileSize(done.outputs[0]?.storageKey)).toBe(picture.length);
    expect(harness.replicate.submitted).toHaveLength(1);
  });

  it('always sends a seed where the model takes one, and records it', async () => {
    const { generationId } = await harness.create('sarah');
    const { parameters } = await harness.ended('sarah', generationId);
    expect(parameters?.seed).toBeGreaterThan(0);
    expect(harness.replicate.submitted[0]?.input).toMatchObject({
      seed: parameters?.seed,
      prompt: 'a lighthouse at dusk',
    });
  });

  it('reports its life and its cost once, after it was committed', async () => {
    const { generationId } = await harness.create('rosa');
    await harness.ended('rosa', generationId);
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (harness.reported.some(({ costRecorded }) => costRecorded?.generationId === generationId)) resolve();
        else setImmediate(look);
      };
      look();
    });
    const mine = harness.reported.filter(({ userId }) => userId === 'rosa');
    expect(mine.map(({ generationChanged }) => generationChanged?.change).filter(Boolean)).toEqual([1, 2, 3]);
    expect(
      mine.filter(({ costRecorded }) => costRecorded).map(({ costRecorded }) => costRecorded?.amountMicros),
    ).toEqual([40_000]);
    expect(mine.find(({ providerCalled }) => providerCalled)?.providerCalled).toMatchObject({
      provider: 'replicate',
      outcome: 'ok',
    });
  });

  it('is not found by others, and seen by administrators', async () => {
    const { generationId } = await harness.create('sarah');
    await harness.ended('sarah', generationId);
    await expect(harness.get('mallory', generationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(harness.watch('mallory', generationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('failing over', () => {
  it('waits as long as a rate limit says and goes on with the next model, saying so', async () => {
    let limited = true;
    harness.replicate.onSubmit = () => {
      if (!limited) return delivered('p2');
      limited = false;
      throw new ProviderError('rate_limited', 'replicate', 'slow down', { retryAfterMs: 7_000 });
    };
    const before = harness.clock.now();
    const { generationId } = await harness.create('sarah', { fallbackModels: [schnell] });
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED, modelId: schnell });
    expect(done.attempts.map(({ modelId, error }) => [modelId, error?.code])).toEqual([
      [flux, 'PROVIDER_RATE_LIMITED'],
      [schnell, undefined],
    ]);
    expect(done.warnings.join(' ')).toContain(`${flux} was replaced by ${schnell}`);
    expect(harness.clock.now() - before).toBeGreaterThanOrEqual(7_000);
    // The money moved with the model.
    expect(done.actualCostMicros).toBe(done.estimatedCostMicros);
    expect(done.estimatedCostMicros).toBeLessThan(40_000);
  });

  it('asks another provider at once', async () => {
    harness.replicate.onSubmit = () => {
      throw new ProviderError('rate_limited', 'replicate', 'slow down', { retryAfterMs: 60_000 });
    };
    const before = harness.clock.now();
    const { generationId } = await harness.create('sarah', { fallbackModels: [schnell, gptImage] });
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED, provider: 'openai' });
    expect(harness.clock.now() - before).toBeLessThan(60_000);
  });

  it('ends after three attempts, gives the money back and says why', async () => {
    harness.replicate.onSubmit = () => {
      throw new ProviderError('not_bought', 'replicate', 'refused');
    };
    const { generationId } = await harness.create('sarah', { fallbackModels: [schnell] });
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({
      state: State.GENERATION_STATE_FAILED,
      actualCostMicros: 0,
      error: { code: 'PROVIDER_UNAVAILABLE' },
    });
    expect(done.attempts).toHaveLength(3);
  });

  it('does not repeat what was refused for good', async () => {
    harness.replicate.onSubmit = () => {
      throw new ProviderError('rejected', 'replicate', 'bad input');
    };
    const { generationId } = await harness.create('sarah');
    expect(await harness.ended('sarah', generationId)).toMatchObject({ error: { code: 'PROVIDER_REJECTED' } });
    expect(harness.replicate.submitted).toHaveLength(1);
  });
});

describe('an outcome', () => {
  it('that is unknown counts as spent and is never bought again', async () => {
    harness.replicate.onSubmit = () => {
      throw new ProviderError('unknown', 'replicate', 'reset after send');
    };
    const { generationId } = await harness.create('sarah', { fallbackModels: [schnell, gptImage] });
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({
      state: State.GENERATION_STATE_FAILED,
      actualCostMicros: 40_000,
      error: { code: 'PROVIDER_OUTCOME_UNKNOWN' },
      attempts: [{ state: AttemptState.ATTEMPT_STATE_UNKNOWN }],
    });
    expect(harness.replicate.submitted.length + harness.openai.submitted.length).toBe(1);
  });

  it('against policy is its own, with suggestions, and is not tried elsewhere', async () => {
    harness.replicate.onSubmit = () => ({
      id: 'p9',
      state: 'failed',
      outputs: [],
      failure: { kind: 'content_policy', message: 'NSFW' },
    });
    const { generationId } = await harness.create('sarah', { fallbackModels: [gptImage] });
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({
      state: State.GENERATION_STATE_FAILED,
      actualCostMicros: 0,
      error: { code: 'CONTENT_POLICY' },
    });
    expect(done.error?.suggestions.length).toBeGreaterThan(0);
    expect(harness.openai.submitted).toHaveLength(0);
  });

  it('that never comes ends at the deadline, and the provider is told', async () => {
    harness.replicate.onSubmit = () => working('p-slow');
    harness.replicate.onGet = () => working('p-slow', 10);
    const before = harness.clock.now();
    const { generationId } = await harness.create('sarah');
    const done = await harness.ended('sarah', generationId);
    expect(done).toMatchObject({
      state: State.GENERATION_STATE_FAILED,
      actualCostMicros: 0,
      error: { code: 'DEADLINE_EXCEEDED' },
    });
    expect(harness.clock.now() - before).toBeGreaterThanOrEqual(300_000);
    expect(harness.replicate.cancelled).toEqual(['p-slow']);
  });

  it('whose job the provider has forgotten counts as spent', async () => {
    harness.replicate.onSubmit = () => working('p-old');
    harness.replicate.onGet = () => {
      throw new ProviderError('rejected', 'replicate', 'not found', { status: 404 });
    };
    const { generationId } = await harness.create('sarah');
    expect(await harness.ended('sarah', generationId)).toMatchObject({
      actualCostMicros: 40_000,
      error: { code: 'PROVIDER_OUTCOME_UNKNOWN' },
    });
  });

  it('survives look-ups that fail', async () => {
    harness.replicate.onSubmit = () => working('p-flaky');
    let failures = 3;
    harness.replicate.onGet = (id) => {
      failures -= 1;
      if (failures >= 0) throw new ProviderError('not_bought', 'replicate', 'no answer');
      return delivered(id);
    };
    const { generationId } = await harness.create('sarah');
    expect(await harness.ended('sarah', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
  });
});

describe('cancelling', () => {
  const cancel = async (userId: string, generationId: string) =>
    (await harness.generations.cancelGeneration({ generationId }, { context: callAs(userId) })).generation;

  it('takes effect at once while it runs, gives the money back and tells the provider', async () => {
    const looked = new Gate();
    harness.replicate.onSubmit = () => working('p-cancel');
    harness.replicate.onGet = () => {
      looked.open();
      return never();
    };
    const { generationId } = await harness.create('sarah');
    const events = harness.watch('sarah', generationId);
    await looked.opened;
    expect(await cancel('sarah', generationId)).toMatchObject({
      state: State.GENERATION_STATE_CANCELLED,
      actualCostMicros: 0,
      attempts: [{ state: AttemptState.ATTEMPT_STATE_CANCELLED }],
    });
    expect((await events).at(-1)).toMatchObject({ type: EventType.GENERATION_EVENT_TYPE_CANCELLED });
    await harness.until(async () => harness.replicate.cancelled.includes('p-cancel'));
  });

  it('stops at the provider what was being bought at that moment', async () => {
    const asked = new Gate();
    const answer = new Gate();
    harness.replicate.onSubmit = async () => {
      asked.open();
      await answer.opened;
      return working('p-midway');
    };
    const { generationId } = await harness.create('sarah');
    await asked.opened;
    await cancel('sarah', generationId);
    answer.open();
    await harness.until(async () => harness.replicate.cancelled.includes('p-midway'));
    expect(await harness.get('sarah', generationId)).toMatchObject({ attempts: [{ providerJobId: 'p-midway' }] });
  });

  it('wins over a delivery that comes too late, whose files are not kept', async () => {
    const put = harness.storage.put.bind(harness.storage);
    const stored: string[] = [];
    const storing = new Gate();
    const go = new Gate();
    harness.storage.put = async (key, source, options) => {
      stored.push(key);
      storing.open();
      await go.opened;
      return put(key, source, options);
    };
    const { generationId } = await harness.create('sarah');
    await storing.opened;
    await cancel('sarah', generationId);
    go.open();
    await harness.until(
      async () =>
        (
          await harness.db
            .selectFrom('generations')
            .select('lease_id')
            .where('generation_id', '=', generationId)
            .executeTakeFirst()
        )?.lease_id === null,
    );
    harness.storage.put = put;
    expect(stored).toHaveLength(1);
    expect(await harness.fileSize(stored[0])).toBeUndefined();
    expect(await harness.get('sarah', generationId)).toMatchObject({
      state: State.GENERATION_STATE_CANCELLED,
      outputs: [],
    });
  });
});
