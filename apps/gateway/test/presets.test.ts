import {
  ApplyPresetResponse,
  CreatePresetResponse,
  DeletePresetResponse,
  GetPresetResponse,
  ListPresetsResponse,
  Preset,
  PresetVisibility,
  UpdatePresetResponse,
} from '@atelier/contracts/presets/v1';
import { defineErrors } from '@atelier/errors';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const presetErrors = defineErrors('fake', {
  PRESET_BUILT_IN: { code: 'PERMISSION_DENIED', title: 'Built-in', message: 'It is built in.', remedy: '-' },
});
const path = '/api/presets';
const builtIn = Preset.create({
  presetId: 'cinematic_portrait',
  name: 'Cinematic Portrait',
  category: 'image',
  promptTemplate: '{prompt}, film grain',
  negativePrompt: 'amateur',
  parameters: { width: 768, height: 1024, guidanceScale: 7.5, steps: 30 },
  visibility: PresetVisibility.PRESET_VISIBILITY_BUILTIN,
  useCount: 3,
  version: 1,
});
const own = Preset.create({
  ...builtIn,
  presetId: 'rainy',
  ownerId: 'sarah',
  visibility: PresetVisibility.PRESET_VISIBILITY_PRIVATE,
  useCount: 0,
  version: 2,
  createTime: new Date('2026-11-21T10:00:00Z'),
  updateTime: new Date('2026-11-21T11:00:00Z'),
  etag: '"2-own"',
});
const busy = Preset.create({ ...own, presetId: 'busy', ownerId: 'ben', useCount: 9 });
const body = { id: 'rainy', name: 'Rainy', category: 'image', prompt_template: '{prompt}, rain' };

let gateway: TestGateway;
let sarah: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  sarah = await gateway.keyFor('sarah');
  const { services } = gateway;
  services.set('presets', 'listPresets', () =>
    ListPresetsResponse.create({ presets: [builtIn, own, busy], total: 700 }),
  );
  services.set('presets', 'getPreset', ({ presetId }, { identity }) => {
    if (presetId !== 'rainy' || identity.userId !== 'sarah') throw fakeErrors.THING_NOT_FOUND();
    return GetPresetResponse.create({ preset: own });
  });
  services.set('presets', 'createPreset', ({ preset }) => {
    if (preset?.presetId === 'taken') throw fakeErrors.THING_TAKEN();
    return CreatePresetResponse.create({ preset: { ...own, ...preset, ownerId: 'sarah' } });
  });
  services.set('presets', 'updatePreset', ({ preset }) => {
    if (preset?.presetId === 'cinematic_portrait') throw presetErrors.PRESET_BUILT_IN();
    return UpdatePresetResponse.create({ preset: { ...own, ...preset } });
  });
  services.set('presets', 'deletePreset', ({ presetId }) => {
    if (presetId === 'cinematic_portrait') throw presetErrors.PRESET_BUILT_IN();
    return DeletePresetResponse.create();
  });
  services.set('presets', 'applyPreset', ({ userPrompt }) =>
    ApplyPresetResponse.create({ preset: builtIn, enhancedPrompt: `${userPrompt}, film grain` }),
  );
}, 30_000);
afterAll(() => gateway.close());
beforeEach(() => gateway.services.calls.splice(0));

const get = async (url: string) =>
  (await gateway.request(url, { as: sarah })).json() as Promise<Record<string, unknown>>;
const send = (method: string, url: string, json?: unknown) => gateway.request(url, { method, as: sarah, json });

describe('presets', () => {
  it('are listed with a total, filtered by the service', async () => {
    const list = await get(`${path}?category=image&owner=builtin&q=film`);
    expect(list).toMatchObject({
      total: 700,
      presets: [{ id: 'cinematic_portrait', visibility: 'builtin', own: false }, { own: true }, {}],
    });
    expect(gateway.services.callsOf('presets.listPresets')[0]?.request).toEqual({
      category: 'image',
      owner: 'builtin',
      query: 'film',
    });
  });

  it('have the fixed shape, with the guidance scale under both names, and say nothing about other owners', async () => {
    expect(await get(`${path}/rainy`)).toEqual({
      id: 'rainy',
      name: 'Cinematic Portrait',
      category: 'image',
      prompt_template: '{prompt}, film grain',
      negative_prompt: 'amateur',
      parameters: { width: 768, height: 1024, steps: 30, guidance_scale: 7.5, cfg_scale: 7.5 },
      visibility: 'private',
      own: true,
      use_count: 0,
      version: 2,
      created_at: '2026-11-21T10:00:00.000Z',
      updated_at: '2026-11-21T11:00:00.000Z',
    });
  });

  it('of somebody else are not found', async () => {
    const ben = await gateway.keyFor('ben');
    expect((await gateway.request(`${path}/rainy`, { as: ben })).status).toBe(404);
    expect((await gateway.request(`${path}/rainy`, { as: null })).status).toBe(401);
  });

  it('are made as sent, cfg_scale being guidance_scale', async () => {
    const answer = await send('POST', path, {
      ...body,
      parameters: { cfg_scale: 7, width: 512 },
      visibility: 'shared',
    });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({
      id: 'rainy',
      own: true,
      visibility: 'shared',
      parameters: { cfg_scale: 7, guidance_scale: 7, width: 512 },
    });
    expect(gateway.services.callsOf('presets.createPreset')[0]).toMatchObject({
      caller: { identity: { userId: 'sarah' } },
      request: { preset: { parameters: { guidanceScale: 7, width: 512 } } },
    });
  });

  it.each([
    ['a taken id', 'POST', path, { ...body, id: 'taken' }, 409],
    ['a missing template', 'POST', path, { ...body, prompt_template: undefined }, 400],
    ['an unknown field', 'POST', path, { ...body, owner: 'ben' }, 400],
    ['an unknown parameter', 'POST', path, { ...body, parameters: { magic: 1 } }, 400],
    ['a width that is no whole number', 'POST', path, { ...body, parameters: { width: 0.5 } }, 400],
    ['two guidance scales', 'POST', path, { ...body, parameters: { cfg_scale: 1, guidance_scale: 2 } }, 400],
    ['a claim to be built in', 'POST', path, { ...body, visibility: 'builtin' }, 400],
    ['markup in the template', 'POST', path, { ...body, prompt_template: '{prompt} <script>' }, 422],
    ['a change of a built-in', 'PUT', `${path}/cinematic_portrait`, { ...body, id: undefined }, 403],
    ['a change of the id', 'PUT', `${path}/sunny`, body, 400],
    ['the deletion of a built-in', 'DELETE', `${path}/cinematic_portrait`, undefined, 403],
    ['an empty prompt', 'POST', `${path}/apply/cinematic_portrait`, { user_prompt: ' ' }, 400],
    ['markup in a prompt', 'POST', `${path}/apply/cinematic_portrait`, { user_prompt: 'javascript:alert(1)' }, 422],
  ])('refuse %s', async (_name, method, url, json, status) => {
    const answer = await send(method, url, json);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) });
  });

  it('are replaced and deleted', async () => {
    const replaced = await send('PUT', `${path}/rainy`, body);
    expect(replaced.status).toBe(200);
    expect(await replaced.json()).toMatchObject({ name: 'Rainy', prompt_template: '{prompt}, rain' });
    expect((await send('DELETE', `${path}/rainy`)).status).toBe(204);
  });

  it('take a prompt and give back what can be spread into a generate form', async () => {
    const answer = await send('POST', `${path}/apply/cinematic_portrait`, { user_prompt: 'a cat' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      preset_id: 'cinematic_portrait',
      enhanced_prompt: 'a cat, film grain',
      negative_prompt: 'amateur',
      parameters: { width: 768, height: 1024, steps: 30, guidance_scale: 7.5, cfg_scale: 7.5 },
    });
  });

  it('can’t be changed with a key that only reads', async () => {
    const reader = await gateway.keyFor('sarah', ['read']);
    expect((await gateway.request(path, { as: reader, json: body })).status).toBe(403);
  });
});
