import { Workflow } from '@atelier/contracts/creative/v1';
import {
  FirstStep,
  GenerationEventType as EventType,
  GenerationState as State,
} from '@atelier/contracts/generation/v1';
import { callAs } from '@atelier/testing';
import { Gate, never, picture, working } from './fake-provider.js';
import type { Harness } from './harness.js';
import { deliver, kontext, ltx, refuse, takeOn, TwoSteps } from './two-steps-fixture.js';

const env = { MAX_CONCURRENT_GENERATIONS: '2', COST_LIMIT_PER_HOUR: '100', DAILY_BUDGET: '1000' };
let two: TwoSteps;
let harness: Harness;
beforeAll(async () => {
  two = await TwoSteps.open(env);
  harness = two.harness;
}, 30_000);
afterAll(() => harness.close());
beforeEach(() => two.forget());
afterEach(async () => expect(await harness.violations()).toEqual([]));

it('edits, then animates what was edited, each as a generation of its own', async () => {
  const [accepted, firstId] = await two.animate('sarah');
  expect(accepted).toMatchObject({
    state: State.GENERATION_STATE_QUEUED,
    workflow: Workflow.WORKFLOW_IMAGE_TO_VIDEO,
    modelId: ltx,
    waitsForStep: true,
    queuePosition: 0,
    steps: [
      { workflow: Workflow.WORKFLOW_IMAGE_EDITING, modelId: kontext, state: State.GENERATION_STATE_QUEUED },
      { generationId: accepted.generationId, modelId: ltx },
    ],
  });
  const done = await harness.ended('sarah', accepted.generationId);
  const first = await harness.get('sarah', firstId);
  expect(first).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED, nextId: accepted.generationId, steps: [] });
  expect(done).toMatchObject({
    state: State.GENERATION_STATE_SUCCEEDED,
    waitsForStep: false,
    attempts: [{ modelId: ltx }],
    steps: [
      { generationId: firstId, state: State.GENERATION_STATE_SUCCEEDED, actualCostMicros: first.actualCostMicros },
      { generationId: accepted.generationId, state: State.GENERATION_STATE_SUCCEEDED },
    ],
  });
  const [edit, motion] = harness.replicate.submitted;
  expect([edit?.modelId, motion?.modelId]).toEqual([kontext, ltx]);
  expect(Buffer.from(Object.values(edit?.images ?? {}).flat()[0]?.bytes ?? [])).toEqual(picture);
  const stored = await harness.storage.get(first.outputs[0]?.storageKey ?? '');
  const chunks: Uint8Array[] = [];
  for await (const chunk of stored?.stream ?? []) chunks.push(chunk as Uint8Array);
  expect(Buffer.from(Object.values(motion?.images ?? {}).flat()[0]?.bytes ?? [])).toEqual(Buffer.concat(chunks));
  expect(edit?.input['prompt']).toBe('make the sky purple');
  expect(motion?.input['prompt']).toBe('let the clouds drift');
});

it('tells both halves of the progress to whoever follows the second one', async () => {
  const looks = new Map<string, number>();
  harness.replicate.onGet = (id) => {
    const look = (looks.get(id) ?? 0) + 1;
    looks.set(id, look);
    return look > 2 ? deliver(id) : working(id, 40 * look);
  };
  const [{ generationId }] = await two.animate('tom');
  const events = await harness.watch('tom', generationId);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const told = events.map(({ generation }) => generation?.progress ?? 0);
  expect(told).toEqual(told.toSorted((one, other) => one - other));
  expect(told).toEqual(expect.arrayContaining([20, 40, 50, 70, 90, 100]));
  const firstStates = events.map(({ generation }) => generation?.steps[0]?.state);
  expect(firstStates[0]).toBe(State.GENERATION_STATE_QUEUED);
  expect(firstStates).toContain(State.GENERATION_STATE_RUNNING);
  expect(firstStates.at(-1)).toBe(State.GENERATION_STATE_SUCCEEDED);
  expect(events.at(-1)?.type).toBe(EventType.GENERATION_EVENT_TYPE_SUCCEEDED);
});

it('counts and charges both', async () => {
  const [{ generationId }, firstId] = await two.animate('ann');
  await harness.ended('ann', generationId);
  const costs = () =>
    harness.reported.flatMap(({ costRecorded, userId }) => (userId === 'ann' && costRecorded?.generationId) || []);
  await harness.until(async () => costs().length === 2);
  expect(costs().toSorted()).toEqual([firstId, generationId].toSorted());
  const rows = await harness.db.selectFrom('reservations').selectAll().where('owner_id', '=', 'ann').execute();
  expect(rows.map(({ state }) => state)).toEqual(['settled', 'settled']);
});

it('accepts one pair for a key, however many ask at once', async () => {
  const key = { idempotencyKey: 'two', requestHash: 'same' };
  const answers = await Promise.all(Array.from({ length: 6 }, () => two.animate('key', key)));
  expect(new Set(answers.map(([{ generationId }]) => generationId)).size).toBe(1);
  const rows = await harness.db
    .selectFrom('generations')
    .select('generation_id')
    .where('owner_id', '=', 'key')
    .execute();
  expect(rows).toHaveLength(2);
  await harness.ended('key', answers[0]?.[0].generationId ?? '');
});

it('is nobody else’s, neither step', async () => {
  const [{ generationId }, firstId] = await two.animate('sarah');
  for (const id of [generationId, firstId]) {
    await expect(harness.get('eve', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      harness.generations.cancelGeneration({ generationId: id }, { context: callAs('eve') }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  await harness.ended('sarah', generationId);
});

it('refuses a first step that makes no picture', async () => {
  const firstStep = FirstStep.create({ workflow: Workflow.WORKFLOW_IMAGE_TO_VIDEO, modelId: ltx });
  await expect(two.animate('sarah', { firstStep })).rejects.toMatchObject({ reason: 'INVALID_GENERATION' });
});

describe('when the first step fails', () => {
  it('the second ends with it, unbought, and says why', async () => {
    harness.replicate.onSubmit = refuse;
    const [{ generationId }, firstId] = await two.animate('bob');
    const done = await harness.ended('bob', generationId);
    expect(done).toMatchObject({
      state: State.GENERATION_STATE_FAILED,
      error: { code: 'PREVIOUS_STEP_FAILED', message: expect.stringContaining('CONTENT_POLICY') as string },
      actualCostMicros: 0,
      attempts: [],
    });
    expect(await harness.get('bob', firstId)).toMatchObject({ error: { code: 'CONTENT_POLICY' } });
    expect(two.models()).toEqual([kontext]);
  });

  it('a retry runs both, whichever is asked for', async () => {
    harness.replicate.onSubmit = refuse;
    const [{ generationId }, firstId] = await two.animate('bea');
    await harness.ended('bea', generationId);
    harness.replicate.onSubmit = takeOn;
    for (const asked of [generationId, firstId]) {
      harness.replicate.submitted.length = 0;
      const again = await two.retry('bea', asked);
      expect(again).toMatchObject({ parentId: generationId, waitsForStep: true });
      const done = await harness.ended('bea', again.generationId);
      expect(done.state).toBe(State.GENERATION_STATE_SUCCEEDED);
      expect(await harness.get('bea', done.steps[0]?.generationId ?? '')).toMatchObject({ parentId: firstId });
      expect(two.models()).toEqual([kontext, ltx]);
    }
  });
});

it('repeats a failed second step alone, from what the first one made', async () => {
  harness.replicate.onSubmit = (request) => (request.modelId === ltx ? refuse() : takeOn(request));
  const [{ generationId }, firstId] = await two.animate('kim');
  expect(await harness.ended('kim', generationId)).toMatchObject({ error: { code: 'CONTENT_POLICY' } });
  harness.replicate.onSubmit = takeOn;
  harness.replicate.submitted.length = 0;
  const again = await two.retry('kim', generationId);
  expect(again).toMatchObject({ parentId: generationId, waitsForStep: false, steps: [{ generationId: firstId }, {}] });
  const done = await harness.ended('kim', again.generationId);
  expect(done.state).toBe(State.GENERATION_STATE_SUCCEEDED);
  expect(two.models()).toEqual([ltx]);
  expect(Object.values(harness.replicate.submitted[0]?.images ?? {}).flat()).toHaveLength(1);
});

describe('cancelling', () => {
  it('the second while the first runs ends both, and the provider is told', async () => {
    const looked = new Gate();
    harness.replicate.onGet = () => {
      looked.open();
      return never();
    };
    const [{ generationId }, firstId] = await two.animate('liz');
    await looked.opened;
    const cancelled = await two.cancel('liz', generationId);
    expect(cancelled).toMatchObject({ state: State.GENERATION_STATE_CANCELLED, actualCostMicros: 0 });
    expect(await harness.get('liz', firstId)).toMatchObject({ state: State.GENERATION_STATE_CANCELLED });
    await harness.until(async () => harness.replicate.cancelled.some((id) => id.startsWith(kontext)));
    harness.replicate.onGet = deliver;
    const again = await two.retry('liz', generationId);
    expect(again.waitsForStep).toBe(true);
    await harness.ended('liz', again.generationId);
  });

  it('the second while it runs leaves the first as it is', async () => {
    const looked = new Gate();
    harness.replicate.onGet = (id) => {
      if (id.startsWith(kontext)) return deliver(id);
      looked.open();
      return never();
    };
    const [{ generationId }, firstId] = await two.animate('max');
    await looked.opened;
    await two.cancel('max', generationId);
    expect(await harness.get('max', firstId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
    expect(await harness.get('max', generationId)).toMatchObject({ state: State.GENERATION_STATE_CANCELLED });
  });

  it('the first ends the second, which says so', async () => {
    const looked = new Gate();
    harness.replicate.onGet = () => {
      looked.open();
      return never();
    };
    const [{ generationId }, firstId] = await two.animate('zoe');
    await looked.opened;
    await two.cancel('zoe', firstId);
    expect(await harness.ended('zoe', generationId)).toMatchObject({
      state: State.GENERATION_STATE_FAILED,
      error: { code: 'PREVIOUS_STEP_FAILED', message: 'The first step was cancelled.' },
    });
  });

  it('both steps at once never leaves one behind, nor a deadlock', async () => {
    const hold = new Gate();
    harness.replicate.onGet = async (id) => {
      await hold.opened;
      return deliver(id);
    };
    for (let round = 0; round < 5; round += 1) {
      const [{ generationId }, firstId] = await two.animate('dan');
      const both = [generationId, firstId, generationId, firstId].map((id) =>
        two.cancel('dan', id).catch(() => undefined),
      );
      await Promise.all(both);
      for (const id of [generationId, firstId]) expect((await harness.ended('dan', id)).actualCostMicros).toBe(0);
    }
    hold.open();
  });
});
