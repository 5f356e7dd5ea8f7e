import {
  ApplyPresetResponse,
  CreatePresetResponse,
  DeletePresetResponse,
  EndPresetExperimentResponse,
  GetPresetExperimentResponse,
  GetPresetResponse,
  ListPopularPresetsResponse,
  ListPresetVersionsResponse,
  Preset,
  PresetExperiment,
  PresetVersion,
  PresetVisibility,
  PutPresetExperimentResponse,
  RecordPresetUsesResponse,
  ResolvePlanContextResponse,
  RevokePresetShareResponse,
  SharePresetResponse,
  UpdatePresetResponse,
} from '@atelier/contracts/presets/v1';
import { defineErrors } from '@atelier/errors';
import { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans } from './harness/fake-plans.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const errors = defineErrors('fake', {
  PRECONDITION_FAILED: {
    code: 'ABORTED',
    httpStatus: 412,
    title: 'Changed meanwhile',
    message: 'It was changed.',
    remedy: '-',
  },
});
const path = '/api/presets';
const token = `share.${'a'.repeat(43)}`;
const time = new Date('2026-11-21T10:00:00Z');
const noir = Preset.create({
  presetId: 'noir',
  name: 'Noir',
  category: 'image',
  promptTemplate: '{prompt}, film noir',
  ownerId: 'sarah',
  visibility: PresetVisibility.PRESET_VISIBILITY_PRIVATE,
  version: 2,
  etag: '"2-x"',
});
const body = { name: 'Noir', category: 'image', prompt_template: '{prompt}, film noir' };
const experiment = PresetExperiment.create({
  experimentId: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  presetId: 'noir',
  versionA: 1,
  versionB: 2,
  share: 0.25,
  startTime: time,
});

let gateway: TestGateway;
let sarah: string;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
  sarah = await gateway.keyFor('sarah');
  const { services } = gateway;
  services.set('presets', 'getPreset', ({ presetId }) => {
    if (presetId !== 'noir' && presetId !== token) throw fakeErrors.THING_NOT_FOUND();
    return GetPresetResponse.create({ preset: noir });
  });
  services.set('presets', 'createPreset', () => CreatePresetResponse.create({ preset: noir }));
  services.set('presets', 'updatePreset', ({ ifMatch }) => {
    if (ifMatch.length > 0 && !ifMatch.includes('"2-x"') && !ifMatch.includes('*')) throw errors.PRECONDITION_FAILED();
    return UpdatePresetResponse.create({ preset: { ...noir, version: 3, etag: '"3-x"' } });
  });
  services.set('presets', 'deletePreset', ({ ifMatch }) => {
    if (ifMatch.length > 0 && !ifMatch.includes('"2-x"')) throw errors.PRECONDITION_FAILED();
    return DeletePresetResponse.create();
  });
  services.set('presets', 'applyPreset', ({ userPrompt }) =>
    ApplyPresetResponse.create({ preset: noir, enhancedPrompt: `${userPrompt}, film noir` }),
  );
  services.set('presetLibrary', 'listPresetVersions', () =>
    ListPresetVersionsResponse.create({
      versions: [
        PresetVersion.create({ ...noir, version: 2, createTime: time }),
        PresetVersion.create({ ...noir, version: 1, name: 'First', createTime: time }),
      ],
      nextPageToken: '1',
      currentVersion: 2,
    }),
  );
  services.set('presetLibrary', 'sharePreset', () => SharePresetResponse.create({ token, createTime: time }));
  services.set('presetLibrary', 'revokePresetShare', () => RevokePresetShareResponse.create());
  services.set('presetLibrary', 'listPopularPresets', () =>
    ListPopularPresetsResponse.create({ presets: [{ preset: { ...noir, useCount: 9 }, uses: 4 }] }),
  );
  services.set('presetLibrary', 'putPresetExperiment', () => PutPresetExperimentResponse.create({ experiment }));
  services.set('presetLibrary', 'getPresetExperiment', () => GetPresetExperimentResponse.create({ experiment }));
  services.set('presetLibrary', 'endPresetExperiment', () => EndPresetExperimentResponse.create());
}, 30_000);
afterAll(() => gateway.close());
beforeEach(() => gateway.services.calls.splice(0));

const send = (method: string, url: string, json?: unknown, headers: Record<string, string> = {}) =>
  gateway.request(url, { method, as: sarah, json, headers });
const asked = (method: string) => gateway.services.callsOf(method).at(-1)?.request;

describe('entity tags', () => {
  it('come with every answer that is a preset', async () => {
    const created = await send('POST', path, { id: 'noir', ...body });
    expect([created.headers.get('etag'), created.headers.get('location')]).toEqual(['"2-x"', '/api/presets/noir']);
    expect((await send('GET', `${path}/noir`)).headers.get('etag')).toBe('"2-x"');
    expect((await send('PUT', `${path}/noir`, body)).headers.get('etag')).toBe('"3-x"');
  });

  it('spare a client what it has', async () => {
    for (const known of ['"2-x"', 'W/"2-x"', '"1-x", "2-x"', '*']) {
      const answer = await send('GET', `${path}/noir`, undefined, { 'if-none-match': known });
      expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, '"2-x"', '']);
    }
    expect((await send('GET', `${path}/noir`, undefined, { 'if-none-match': '"1-x"' })).status).toBe(200);
  });

  it.each([
    ['"2-x"', 200],
    ['"1-x", "2-x"', 200],
    ['*', 200],
    ['"1-x"', 412],
    ['W/"2-x"', 412],
    ['2-x', 400],
    ['"2-x', 400],
  ])('let a change with If-Match %s answer %i', async (tag, status) => {
    const answer = await send('PUT', `${path}/noir`, body, { 'if-match': tag });
    expect(answer.status).toBe(status);
    if (status === 412) expect(await answer.json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    if (status === 400) {
      expect(await answer.json()).toMatchObject({ errors: [{ field: 'If-Match' }] });
      expect(gateway.services.calls).toEqual([]);
    }
  });

  it('guard a deletion, and ask for nothing when there is no If-Match', async () => {
    expect((await send('DELETE', `${path}/noir`, undefined, { 'if-match': '"1-x"' })).status).toBe(412);
    expect((await send('DELETE', `${path}/noir`, undefined, { 'if-match': '"2-x"' })).status).toBe(204);
    expect((await send('DELETE', `${path}/noir`)).status).toBe(204);
    expect(asked('presets.deletePreset')).toEqual({ presetId: 'noir', ifMatch: [] });
  });
});

describe('versions', () => {
  it('come newest first, in pages, and say which one is in force', async () => {
    const answer = await send('GET', `${path}/noir/versions?limit=2&cursor=5`);
    expect(await answer.json()).toMatchObject({
      items: [
        { version: 2, current: true, name: 'Noir', visibility: 'private' },
        { version: 1, current: false, name: 'First' },
      ],
      next_cursor: '1',
    });
    expect(asked('presetLibrary.listPresetVersions')).toEqual({ presetId: 'noir', pageSize: 2, pageToken: '5' });
  });
});

describe('a share link', () => {
  it('is made and revoked', async () => {
    const answer = await send('POST', `${path}/noir/share`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      preset_id: 'noir',
      token,
      path: `${path}/${token}`,
      created_at: '2026-11-21T10:00:00.000Z',
    });
    expect((await send('DELETE', `${path}/noir/share`)).status).toBe(204);
  });

  it('is read and applied under its token, and never tells the id', async () => {
    const ben = await gateway.keyFor('ben');
    const read = await gateway.request(`${path}/${token}`, { as: ben });
    const preset = await read.text();
    expect(JSON.parse(preset)).toMatchObject({ id: token, own: false });
    expect(preset).not.toContain('"noir"');
    const applied = await gateway.request(`${path}/apply/${token}`, { as: ben, json: { user_prompt: 'a cat' } });
    expect(await applied.json()).toMatchObject({ preset_id: token, enhanced_prompt: 'a cat, film noir' });
  });
});

describe('popular presets', () => {
  it.each([
    ['', 0],
    ['?window=all', 0],
    ['?window=day', 1],
    ['?window=week', 7],
    ['?window=month', 30],
  ])('%s are counted over %i days', async (query, days) => {
    const answer = await send('GET', `${path}/popular${query}`);
    expect(await answer.json()).toMatchObject({ presets: [{ id: 'noir', uses: 4, use_count: 9 }], total: 1 });
    expect(asked('presetLibrary.listPopularPresets')).toEqual({ category: '', limit: 10, days });
  });

  it('refuse a window that there is not', async () => {
    expect((await send('GET', `${path}/popular?window=year`)).status).toBe(400);
  });
});

describe('an experiment', () => {
  const url = `${path}/noir/experiment`;

  it('is started, read and ended', async () => {
    const started = await send('PUT', url, { version_a: 1, version_b: 2, share: 0.25 });
    expect(await started.json()).toEqual({
      id: experiment.experimentId,
      preset_id: 'noir',
      version_a: 1,
      version_b: 2,
      share: 0.25,
      started_at: '2026-11-21T10:00:00.000Z',
    });
    expect(await (await send('GET', url)).json()).toMatchObject({ version_a: 1 });
    expect((await send('DELETE', url)).status).toBe(204);
  });

  it.each([
    ['a share above 1', { version_a: 1, version_b: 2, share: 1.5 }, 'share'],
    ['half a version', { version_a: 1.5, version_b: 2 }, 'version_a'],
    ['a missing version', { version_a: 1 }, 'version_b'],
    ['an unknown field', { version_a: 1, version_b: 2, winner: 'a' }, 'winner'],
  ])('with %s is refused', async (_name, json, field) => {
    const answer = await send('PUT', url, json);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field }] });
    expect(gateway.services.calls).toEqual([]);
  });
});

describe('bad input', () => {
  it.each([
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name'],
    ['a control character in the name', { name: 'No\u0007ir' }, 'name'],
    ['a control character in the template', { prompt_template: '{prompt}\u0000' }, 'prompt_template'],
    ['a parameter that there is not', { parameters: { mood: 'dark' } }, 'parameters.mood'],
    ['an unknown field', { owner_id: 'ben' }, 'owner_id'],
  ])('%s is refused with its field, and nothing is asked', async (_name, changes, field) => {
    const answer = await send('POST', path, { id: 'noir', ...body, ...changes });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field }] });
    expect(gateway.services.calls).toEqual([]);
  });
});

describe('generations with a preset', () => {
  const assignment = { experimentId: experiment.experimentId, variant: 'b', version: 2 };
  beforeAll(() => {
    const fakes = new FakeGenerations(gateway.services);
    expect(fakes.watching).toBe(0);
    gateway.services.set('presets', 'resolvePlanContext', ({ presetId }) =>
      ResolvePlanContextResponse.create(presetId ? { preset: noir, presetAssignment: assignment } : {}),
    );
  });
  const told = async (count: number) => {
    const uses = gateway.services.callsOf('presetLibrary.recordPresetUses');
    // Reports leave on their own: the fake says when one came.
    if (uses.length < count) await arrived.promise;
    return gateway.services.callsOf('presetLibrary.recordPresetUses');
  };
  let arrived = Promise.withResolvers<void>();
  beforeEach(() => {
    arrived = Promise.withResolvers<void>();
    gateway.services.set('presetLibrary', 'recordPresetUses', ({ uses }) => {
      arrived.resolve();
      return RecordPresetUsesResponse.create({ counted: uses.length });
    });
  });

  it('say in their plan which version was used', async () => {
    const answer = await send('POST', '/api/v1/enhanced/process', { prompt: 'a cat', preset_id: token });
    const { metadata, final_prompt } = ProcessAnswer.parse(await answer.json());
    expect(final_prompt).toBe('a cat, film noir');
    expect(metadata.experiment).toEqual({
      id: experiment.experimentId,
      preset_id: token,
      variant: 'b',
      version: 2,
    });
    expect(gateway.services.callsOf('presetLibrary.recordPresetUses')).toEqual([]);
  });

  it('are told to the presets service when they are accepted, with what was used', async () => {
    const answer = await send('POST', '/api/v1/generations', { prompt: 'a cat', preset_id: 'noir' });
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as { id: string };
    const [call] = await told(1);
    expect(call).toMatchObject({
      caller: { identity: { userId: 'system:gateway' } },
      request: { uses: [{ generationId: id, presetId: 'noir', version: 2, assignment, userId: 'sarah' }] },
    });
  });

  it('name the same generation when they are repeated, so that it counts once', async () => {
    const again = { 'idempotency-key': 'k-1' };
    const json = { prompt: 'a cat', preset_id: 'noir' };
    const ids = [
      await send('POST', '/api/v1/generations', json, again),
      await send('POST', '/api/v1/generations', json, again),
    ];
    const [one, other] = await Promise.all(ids.map((answer) => answer.json() as Promise<{ id: string }>));
    expect(one?.id).toBe(other?.id);
    const reported = (await told(1)).flatMap(({ request }) =>
      (request as { uses: { generationId: string }[] }).uses.map(({ generationId }) => generationId),
    );
    expect(new Set(reported)).toEqual(new Set([one?.id]));
  });
});
