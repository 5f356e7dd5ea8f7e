import { ExposedExperiment, GetExperimentResultsResponse } from '@atelier/contracts/analytics/v1';
import { type EmbeddedDatabase, openPglite } from '@atelier/persistence';
import { variantOf } from '../src/enhanced/rollout.js';
import { Experiment, ExperimentResults } from '../src/admin/admin-experiments.schema.js';
import { RolloutAnswer } from '../src/admin/admin-rollout.schema.js';
import { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { RolloutStore } from '../src/rollout/rollout-store.js';
import { fakePlans } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const rollout = '/api/v1/admin/rollout';
const experiments = '/api/v1/admin/experiments';
const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);

let database: EmbeddedDatabase;
let gateway: TestGateway;
const keys = new Map<string, string>();
beforeAll(async () => {
  database = await openPglite('memory');
  gateway = await startTestGateway({ fakes: fakePlans, start: { database } });
  for (const user of users) keys.set(user, await gateway.keyFor(user));
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await database.close();
});

const put = (json: unknown, at = gateway) => at.request(rollout, { method: 'PUT', json });
const post = (path: string, json?: unknown) => gateway.request(`${experiments}${path}`, { method: 'POST', json });
const waysAt = async (at: TestGateway): Promise<Map<string, string>> => {
  const ways = users.map(async (user): Promise<[string, string]> => {
    const json = { prompt: 'a cat' };
    const answer = await at.request('/api/v1/enhanced/process', { as: keys.get(user) ?? '', json });
    return [user, ProcessAnswer.parse(await answer.json()).metadata.rollout];
  });
  return new Map(await Promise.all(ways));
};
const audited = async (): Promise<{ act: string; after: unknown }[]> => {
  const answer = await gateway.request('/api/v1/admin/audit?limit=100');
  return ((await answer.json()) as { items: { act: string; after: unknown }[] }).items;
};
const exposures = (at = gateway) =>
  at.published.flatMap(({ experimentExposed, userId }) =>
    experimentExposed ? [{ ...experimentExposed, userId }] : [],
  );

describe('the rollout', () => {
  it('is what is configured until somebody decides, and again when the decision is taken back', async () => {
    const configured = { ai_enabled: true, percentage: 100, configured: { ai_enabled: true, percentage: 100 } };
    const first = await gateway.request(rollout);
    expect(RolloutAnswer.parse(await first.json())).toEqual({ ...configured, decided_at: null, experiment_id: null });
    const off = await put({ ai_enabled: false });
    expect(RolloutAnswer.parse(await off.json())).toMatchObject({ ai_enabled: false, percentage: 100 });
    expect(new Set((await waysAt(gateway)).values())).toEqual(new Set(['classic']));
    await put({ ai_enabled: true, percentage: 0 });
    expect(new Set((await waysAt(gateway)).values())).toEqual(new Set(['classic']));
    const back = await gateway.request(rollout, { method: 'DELETE' });
    expect(RolloutAnswer.parse(await back.json())).toMatchObject({ ...configured, decided_at: null });
    expect(new Set((await waysAt(gateway)).values())).toEqual(new Set(['ai']));
  });

  it('is the same in every gateway on the database, and after a restart', async () => {
    await put({ percentage: 40 });
    const here = await waysAt(gateway);
    const other = await startTestGateway({ fakes: fakePlans, start: { database } });
    try {
      expect(await waysAt(other)).toEqual(here);
      expect(new Set(here.values())).toEqual(new Set(['ai', 'classic']));
      await put({ percentage: 100 }, other);
      // What a gateway reads every few seconds it also reads when it is asked.
      await gateway.request(rollout);
      expect(new Set((await waysAt(gateway)).values())).toEqual(new Set(['ai']));
    } finally {
      await other.close();
    }
    await gateway.request(rollout, { method: 'DELETE' });
  }, 30_000);

  it('is audited', async () => {
    await put({ percentage: 70 });
    await gateway.request(rollout, { method: 'DELETE' });
    const acts = await audited();
    expect(acts.slice(0, 2).map(({ act }) => act)).toEqual(['rollout.forget', 'rollout.set']);
    expect(acts[1]?.after).toEqual({ percentage: 70 });
  });

  it('refuses what it can not be, and changes nothing', async () => {
    for (const wrong of [
      {},
      { percentage: 101 },
      { percentage: -1 },
      { percentage: 0.5 },
      { percentage: '5' },
      { ai: true },
    ])
      expect((await put(wrong)).status).toBe(400);
    expect(RolloutAnswer.parse(await (await gateway.request(rollout)).json()).decided_at).toBeNull();
  });
});

describe('an experiment', () => {
  const made = async (json: object = {}): Promise<Experiment> =>
    Experiment.parse(await (await post('', { name: 'AI against keywords', ...json })).json());

  it('assigns users when it runs, each always the same way, reports each once, and ends', async () => {
    const { id } = await made({ percentage: 50, hypothesis: 'It is right more often.' });
    await waysAt(gateway);
    expect(exposures()).toEqual([]);
    expect(Experiment.parse(await (await post(`/${id}/start`)).json())).toMatchObject({ status: 'running' });
    const expected = new Map(users.map((user) => [user, variantOf({ experimentId: id, percentage: 50 }, user)]));
    expect(await waysAt(gateway)).toEqual(expected);
    expect(await waysAt(gateway)).toEqual(expected);
    expect(new Set(expected.values()).size).toBe(2);
    expect(
      exposures()
        .map(({ userId, experiment, variant }) => [userId, experiment, variant])
        .sort(),
    ).toEqual(users.map((user) => [user, `classification:${id}`, expected.get(user)]).sort());
    expect(Experiment.parse(await (await post(`/${id}/stop`)).json())).toMatchObject({
      status: 'stopped',
      stopped_at: expect.any(String),
    });
    expect(new Set((await waysAt(gateway)).values())).toEqual(new Set(['ai']));
    expect(exposures()).toHaveLength(users.length);
    expect((await audited()).slice(0, 3).map(({ act }) => act)).toEqual([
      'experiments.stop',
      'experiments.start',
      'experiments.make',
    ]);
  });

  it('never widens the rollout, and leaves out who chose classic routing', async () => {
    const { id } = await made({ percentage: 99 });
    await post(`/${id}/start`);
    await put({ percentage: 0 });
    const before = exposures().length;
    expect(new Set((await waysAt(gateway)).values())).toEqual(new Set(['classic']));
    await gateway.request(rollout, { method: 'DELETE' });
    const json = { prompt: 'a cat', use_ai_classification: false };
    await gateway.request('/api/v1/enhanced/process', { as: keys.get('user-1') ?? '', json });
    await gateway.request('/api/v1/enhanced/compare', { as: keys.get('user-1') ?? '', json: { prompt: 'a cat' } });
    expect(exposures()).toHaveLength(before);
    await post(`/${id}/stop`);
  });

  it('runs alone, once, and only forward', async () => {
    const [first, second] = [await made(), await made()];
    expect((await post(`/${first.id}/stop`)).status).toBe(409);
    const answers = await Promise.all([post(`/${first.id}/start`), post(`/${second.id}/start`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const running = answers[0]?.status === 200 ? first : second;
    expect((await post(`/${running.id}/start`)).status).toBe(409);
    await post(`/${running.id}/stop`);
    const again = await post(`/${running.id}/start`);
    expect(await again.json()).toMatchObject({ code: 'EXPERIMENT_NOT_IN_STATE', status: 409 });
    expect((await post('/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90/start')).status).toBe(404);
    expect((await post('/x/start')).status).toBe(404);
  });

  it('is listed page by page, newest first', async () => {
    const newest = await made({ name: 'newest' });
    const first = (await (await gateway.request(`${experiments}?limit=1`)).json()) as {
      items: Experiment[];
      next_cursor: string;
    };
    expect(first.items).toEqual([newest]);
    const second = await (await gateway.request(`${experiments}?limit=1&cursor=${first.next_cursor}`)).json();
    expect((second as { items: Experiment[] }).items[0]?.id).not.toBe(newest.id);
    expect(await (await gateway.request(`${experiments}/${newest.id}`)).json()).toEqual(newest);
  });

  it('has results that end with it, over analytics', async () => {
    const asked: unknown[] = [];
    gateway.services.set('experiments', 'getExperimentResults', (request) => {
      asked.push(request);
      return GetExperimentResultsResponse.create({
        variants: [
          {
            variant: 'classic',
            users: 500,
            figures: [{ metric: 'cost_per_generation', value: 40_000.4, cases: 9, users: 8 }],
          },
          { variant: 'ai', users: 510, figures: [{ metric: 'accuracy', cases: 0, users: 0 }] },
        ],
        comparisons: [
          { variant: 'ai', metric: 'accuracy', tooFew: true },
          { variant: 'ai', metric: 'rating', lift: 0.1, liftLow: 0.02, liftHigh: 0.2, pValue: 0.01, verdict: 'better' },
        ],
        crossedUsers: 3,
        sampleRatioPValue: 0.0001,
      });
    });
    const { id } = await made({ percentage: 30 });
    await post(`/${id}/start`);
    await post(`/${id}/stop`);
    const stopTime = (await new RolloutStore(database, () => new Date()).find(id))?.stopTime ?? undefined;
    const answer = await gateway.request(`${experiments}/${id}/results`);
    expect(ExperimentResults.parse(await answer.json())).toEqual({
      experiment: `classification:${id}`,
      control: 'classic',
      variants: [
        {
          variant: 'classic',
          users: 500,
          metrics: [{ metric: 'cost_per_generation', value: 0.04, cases: 9, users: 8 }],
        },
        { variant: 'ai', users: 510, metrics: [{ metric: 'accuracy', value: null, cases: 0, users: 0 }] },
      ],
      comparisons: [
        { variant: 'ai', metric: 'accuracy', verdict: 'too_few', lift: null, confidence_interval: null, p_value: null },
        {
          variant: 'ai',
          metric: 'rating',
          verdict: 'better',
          lift: 0.1,
          confidence_interval: [0.02, 0.2],
          p_value: 0.01,
        },
      ],
      crossed_users: 3,
      sample_ratio: { p_value: 0.0001, ok: false },
    });
    expect(asked).toEqual([
      { experiment: `classification:${id}`, control: 'classic', endTime: stopTime, treatmentShare: 0.3 },
    ]);
    const ofPreset = await gateway.request(`${experiments}/exposed/preset:1/results?control=a`);
    expect(ExperimentResults.parse(await ofPreset.json()).experiment).toBe('preset:1');
  });

  it('about presets is listed beside the others, and one that nobody saw is not found', async () => {
    gateway.services.set('experiments', 'listExposedExperiments', () => ({
      experiments: [
        ExposedExperiment.create({
          experiment: 'preset:1',
          variants: ['a', 'b'],
          users: [3, 4],
          firstTime: new Date('2026-11-21T10:00:00Z'),
          lastTime: new Date('2026-11-21T11:00:00Z'),
        }),
      ],
    }));
    const list = await (await gateway.request(`${experiments}/exposed`)).json();
    expect(list).toMatchObject({
      items: [
        {
          experiment: 'preset:1',
          variants: [
            { variant: 'a', users: 3 },
            { variant: 'b', users: 4 },
          ],
        },
      ],
    });
    gateway.services.set('experiments', 'getExperimentResults', () => GetExperimentResultsResponse.create());
    expect((await gateway.request(`${experiments}/exposed/preset:2/results`)).status).toBe(404);
  });

  it('refuses what it can not be', async () => {
    for (const wrong of [
      {},
      { name: '' },
      { name: 'x', percentage: 0 },
      { name: 'x', percentage: 100 },
      { name: 'x', kind: 'weather' },
      { name: 'x', share: 1 },
    ])
      expect((await post('', wrong)).status).toBe(400);
  });
});

it('is all for administrators only', async () => {
  const maker = await gateway.keyFor('maker', ['generate', 'read']);
  const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
  for (const [method, path] of [
    ['GET', rollout],
    ['PUT', rollout],
    ['DELETE', rollout],
    ['GET', experiments],
    ['POST', experiments],
    ['GET', `${experiments}/exposed`],
    ['GET', `${experiments}/exposed/preset:1/results`],
    ['GET', `${experiments}/${id}`],
    ['POST', `${experiments}/${id}/start`],
    ['POST', `${experiments}/${id}/stop`],
    ['GET', `${experiments}/${id}/results`],
  ] as const) {
    expect((await gateway.request(path, { method, as: maker })).status).toBe(403);
    expect((await gateway.request(path, { method, as: null })).status).toBe(401);
  }
});
