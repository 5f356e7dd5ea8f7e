import { GenerationState as State } from '@atelier/contracts/generation/v1';
import { v7 as uuidv7 } from 'uuid';
import { Gate, never } from './fake-provider.js';
import type { Harness } from './harness.js';
import { deliver, kontext, ltx, refuse, TwoSteps } from './two-steps-fixture.js';

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

describe('deleting', () => {
  it('the second takes the first and its files with it', async () => {
    const [{ generationId }, firstId] = await two.animate('del');
    await harness.ended('del', generationId);
    const { outputs } = await harness.get('del', firstId);
    await two.remove('del', generationId);
    await expect(harness.get('del', firstId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await harness.fileSize(outputs[0]?.storageKey)).toBeUndefined();
    const left = await harness.db.selectFrom('assets').select('asset_id').where('owner_id', '=', 'del').execute();
    expect(left).toEqual([]);
  });

  it('keeps the first while another second step starts from it', async () => {
    const [{ generationId }, firstId] = await two.animate('ned');
    await harness.ended('ned', generationId);
    const again = await two.retry('ned', generationId);
    await harness.ended('ned', again.generationId);
    await two.remove('ned', generationId);
    expect((await harness.get('ned', again.generationId)).steps).toHaveLength(2);
    await two.remove('ned', again.generationId);
    await expect(harness.get('ned', firstId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses the first while the second would be repeated with it', async () => {
    harness.replicate.onSubmit = refuse;
    const [{ generationId }, firstId] = await two.animate('oli');
    await harness.ended('oli', generationId);
    await expect(two.remove('oli', firstId)).rejects.toMatchObject({ reason: 'GENERATION_NOT_ENDED' });
    await two.remove('oli', generationId);
    await expect(harness.get('oli', firstId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('the first alone leaves the second, which tells of one step no more', async () => {
    const [{ generationId }, firstId] = await two.animate('pam');
    await harness.ended('pam', generationId);
    await two.remove('pam', firstId);
    expect(await harness.get('pam', generationId)).toMatchObject({
      state: State.GENERATION_STATE_SUCCEEDED,
      steps: [],
    });
    await two.remove('pam', generationId);
  });
});

describe('a restart', () => {
  async function restart(): Promise<void> {
    await harness.stop();
    await harness.start(env);
  }

  it.each([
    ['the first step', kontext],
    ['the second step', ltx],
  ])('while %s is under way buys nothing again and loses nothing', async (_name, modelId) => {
    const looked = new Gate();
    harness.replicate.onGet = (id) => {
      if (!id.startsWith(modelId)) return deliver(id);
      looked.open();
      return never();
    };
    const [{ generationId }] = await two.animate('rae');
    await looked.opened;
    harness.replicate.onGet = deliver;
    await restart();
    expect(await harness.ended('rae', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
    expect(two.models()).toEqual([kontext, ltx]);
  });

  it('between the steps goes on with the second one', async () => {
    const [{ generationId }, firstId] = await held('rex');
    await harness.stop();
    harness.replicate.onGet = deliver;
    await harness.start({ ...env, MAX_CONCURRENT_GENERATIONS: '1' });
    await harness.ended('rex', firstId);
    await restart();
    expect(await harness.ended('rex', generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
    expect(two.models()).toEqual([kontext, ltx]);
  });

  it('lets a step go on, or ends it, that waits for one that has ended or is gone', async () => {
    const [{ generationId: done }, made] = await two.animate('rec');
    await harness.ended('rec', done);
    const [[goesOn], [ends]] = [await held('rec'), await held('rec')];
    await harness.stop();
    for (const [generationId, first] of [
      [goesOn.generationId, made],
      [ends.generationId, uuidv7()],
    ] as const) {
      const change = { previous_step: first, waits_for: first };
      await harness.db.updateTable('generations').set(change).where('generation_id', '=', generationId).execute();
    }
    harness.replicate.onGet = deliver;
    await harness.start(env);
    expect(await harness.ended('rec', goesOn.generationId)).toMatchObject({ state: State.GENERATION_STATE_SUCCEEDED });
    expect(await harness.ended('rec', ends.generationId)).toMatchObject({ error: { code: 'PREVIOUS_STEP_FAILED' } });
  });

  /** Accepted and held at the first look at the first step. */
  async function held(userId: string): ReturnType<TwoSteps['animate']> {
    harness.replicate.onGet = () => never();
    const pair = await two.animate(userId);
    await harness.until(async () => (await stateOf(pair[1])) === 'running');
    return pair;
  }
});

describe('with little room', () => {
  it('refuses both steps when the budget covers only the first', async () => {
    await harness.stop();
    await harness.start({ ...env, COST_LIMIT_PER_HOUR: '0.1' });
    await expect(two.animate('poor', { idempotencyKey: 'again' })).rejects.toMatchObject({ reason: 'BUDGET_EXCEEDED' });
    const kept = await harness.db.selectFrom('generations').select('state').where('owner_id', '=', 'poor').execute();
    const money = await harness.db.selectFrom('reservations').select('state').where('owner_id', '=', 'poor').execute();
    expect([kept, money]).toEqual([[], []]);
  });

  it('refuses both when one place is left', async () => {
    await harness.stop();
    await harness.start({ ...env, MAX_QUEUED_GENERATIONS_PER_USER: '1' });
    await expect(two.animate('slim')).rejects.toMatchObject({ reason: 'QUEUE_FULL' });
    const kept = await harness.db.selectFrom('generations').select('state').where('owner_id', '=', 'slim').execute();
    expect(kept).toEqual([]);
    await harness.stop();
    await harness.start(env);
  });
});

async function stateOf(generationId: string): Promise<string | undefined> {
  const query = harness.db.selectFrom('generations').select('state').where('generation_id', '=', generationId);
  return (await query.executeTakeFirst())?.state;
}
