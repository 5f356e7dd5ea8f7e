import { QualityPreference, Workflow } from '@atelier/contracts/creative/v1';
import {
  Preferences as WirePreferences,
  ResetPreferencesResponse,
  ResolvePlanContextResponse,
} from '@atelier/contracts/presets/v1';
import type { SelectModelRequest } from '@atelier/contracts/selector/v1';
import type { Database } from '@atelier/persistence';
import { openTestDatabase } from '@atelier/testing';
import { fakePlans } from './harness/fake-plans.js';
import { fakeErrors, type FakeServices } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/preferences';
const wishes = {
  quality: 'quality',
  provider: 'replicate',
  models: { image_editing: 'black-forest-labs/flux-kontext-pro' },
  parameters: { aspect_ratio: '16:9', guidance_scale: 7 },
  ai_enabled: false,
  suggest_from_history: true,
};
const defaults = {
  quality: null,
  provider: null,
  models: {},
  parameters: {},
  ai_enabled: true,
  suggest_from_history: false,
  updated_at: null,
};

/** What all gateways see of one presets service. */
const stored = new Map<string, WirePreferences>();
let version = 0;
function fakePreferences(services: FakeServices): void {
  fakePlans(services);
  const none = WirePreferences.create({ aiEnabled: true, etag: '"defaults"' });
  const of = (userId: string): WirePreferences => stored.get(userId) ?? none;
  const check = (userId: string, ifMatch: readonly string[]): void => {
    if (ifMatch.length > 0 && !ifMatch.includes(of(userId).etag)) throw fakeErrors.THING_TAKEN();
  };
  services.set('preferences', 'getPreferences', (_request, { identity }) => ({ preferences: of(identity.userId) }));
  services.set('preferences', 'putPreferences', ({ preferences, ifMatch }, { identity: { userId } }) => {
    check(userId, ifMatch);
    version += 1;
    const updateTime = new Date('2026-11-21T10:00:00Z');
    stored.set(userId, { ...WirePreferences.create(preferences ?? {}), etag: `"${version}"`, updateTime });
    return { preferences: of(userId) };
  });
  services.set('preferences', 'resetPreferences', ({ ifMatch }, { identity: { userId } }) => {
    check(userId, ifMatch);
    stored.delete(userId);
    return ResetPreferencesResponse.create();
  });
  services.set('presets', 'resolvePlanContext', ({ tags, withPreferences }, { identity: { userId } }) =>
    ResolvePlanContextResponse.create({
      missingTags: tags,
      preferences: withPreferences ? of(userId) : undefined,
    }),
  );
}

let database: Database;
let gateway: TestGateway;
let other: TestGateway;
let sarah: string;
let ben: string;
beforeAll(async () => {
  database = (await openTestDatabase()).database;
  gateway = await startTestGateway({ fakes: fakePreferences, start: { database } });
  other = await startTestGateway({ fakes: fakePreferences, start: { database } });
  [sarah, ben] = [await gateway.keyFor('sarah'), await gateway.keyFor('ben')];
}, 90_000);
afterAll(async () => {
  await gateway.close();
  await other.close();
  await database.close();
});
beforeEach(async () => {
  await send('DELETE');
  gateway.services.calls.length = 0;
});

const send = (method: string, json?: unknown, headers: Record<string, string> = {}, as = sarah) =>
  gateway.request(path, { method, as, json, headers });
const plan = async (json: object = {}, at = gateway, as = sarah) =>
  (await at.request('/api/v1/enhanced/process', { as, json: { prompt: 'a cat', ...json } })).json();
const selected = (at = gateway): SelectModelRequest =>
  at.services.callsOf('selector.selectModel').at(-1)?.request as SelectModelRequest;
const contextCalls = (at = gateway) => at.services.callsOf('presets.resolvePlanContext');

describe('preferences', () => {
  it('are the defaults, are replaced as a whole, and reset', async () => {
    const before = await send('GET');
    expect([before.headers.get('etag'), await before.json()]).toEqual(['"defaults"', defaults]);
    const put = await send('PUT', wishes);
    const etag = put.headers.get('etag');
    const kept = { ...wishes, updated_at: '2026-11-21T10:00:00.000Z' };
    expect([put.status, await put.json()]).toEqual([200, kept]);
    expect(await (await send('GET')).json()).toEqual(kept);
    expect((await send('GET', undefined, { 'if-none-match': etag ?? '' })).status).toBe(304);
    const replaced = (await (await send('PUT', { quality: 'speed' })).json()) as object;
    expect(replaced).toMatchObject({ ...defaults, quality: 'speed', updated_at: kept.updated_at });
    expect((await send('DELETE')).status).toBe(204);
    expect(await (await send('GET')).json()).toEqual(defaults);
  });

  it('are changed from the state that the writer knows, where it names one', async () => {
    const etag = (await send('PUT', wishes)).headers.get('etag') ?? '';
    expect((await send('PUT', {}, { 'if-match': '"other"' })).status).toBe(409);
    expect((await send('DELETE', undefined, { 'if-match': '"other"' })).status).toBe(409);
    expect((await send('PUT', {}, { 'if-match': 'no tag' })).status).toBe(400);
    expect((await send('PUT', {}, { 'if-match': `"other", ${etag}` })).status).toBe(200);
  });

  it.each([
    ['an unknown field', { color: 'red' }, 'color'],
    ['a parameter that no model has', { parameters: { sharpness: 3 } }, 'parameters.sharpness'],
    ['an unknown workflow', { models: { sculpting: 'a/b' } }, 'models.sculpting'],
    ['a quality that does not exist', { quality: 'best' }, 'quality'],
    ['a model of 10,000 characters', { models: { image_editing: 'x'.repeat(10_000) } }, 'models.image_editing'],
    ['a provider of 10,000 characters', { provider: 'x'.repeat(10_000) }, 'provider'],
    [
      'a negative prompt of 10,000 characters',
      { parameters: { negative_prompt: 'x'.repeat(10_000) } },
      'parameters.negative_prompt',
    ],
    ['a list', { models: ['a/b'] }, 'models'],
  ])('refuse %s, name it and change nothing', async (_name, json, field) => {
    const answer = await send('PUT', json);
    expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ field }] }]);
    expect(gateway.services.callsOf('preferences.putPreferences')).toEqual([]);
  });

  it('refuse markup in what becomes part of a prompt', async () => {
    const answer = await send('PUT', { parameters: { negative_prompt: '<script>x</script>' } });
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'PROMPT_MARKUP_REFUSED' }]);
  });

  it('belong to one user, and to nobody without credentials', async () => {
    await send('PUT', wishes);
    expect(await (await send('GET', undefined, {}, ben)).json()).toEqual(defaults);
    expect((await send('DELETE', undefined, {}, ben)).status).toBe(204);
    expect(await (await send('GET')).json()).toMatchObject(wishes);
    expect((await gateway.request(path, { as: null })).status).toBe(401);
    const reader = await gateway.keyFor('sarah', ['read']);
    expect((await send('PUT', wishes, {}, reader)).status).toBe(403);
  });
});

/** Nobody changes them meanwhile: a change is told to every gateway, also to the one that made it, and then read again. */
describe('while nobody changes them, preferences', () => {
  it('are read once, in the call that the plan makes anyway, and never again', async () => {
    const anna = await gateway.keyFor('anna');
    await plan({ prompt: 'put @ben here' }, gateway, anna);
    expect(contextCalls().map(({ request }) => request)).toMatchObject([{ tags: ['ben'], withPreferences: true }]);
    await plan({}, gateway, anna);
    await plan({ prompt: 'put @ben here' }, gateway, anna);
    expect(contextCalls().map(({ request }) => request)).toMatchObject([
      { withPreferences: true },
      { tags: ['ben'], withPreferences: false },
    ]);
  });

  it('are read once for many plans at the same time', async () => {
    const carl = await gateway.keyFor('carl');
    await Promise.all(Array.from({ length: 8 }, () => plan({}, gateway, carl)));
    expect(contextCalls()).toHaveLength(1);
  });
});

describe('in a plan, preferences', () => {
  beforeEach(() => send('PUT', { ...wishes, models: { image_generation: 'a/b' } }));

  it('are wishes: quality, model, provider, parameters and the way of classification', async () => {
    expect(await plan()).toMatchObject({ metadata: { rollout: 'classic' } });
    expect(selected()).toMatchObject({
      quality: QualityPreference.QUALITY_PREFERENCE_QUALITY,
      preferredModelId: 'a/b',
      preferredProvider: 'replicate',
      modelId: '',
      provider: '',
      softParameters: { aspectRatio: '16:9', guidanceScale: 7 },
    });
  });

  it('stand back behind what the request says', async () => {
    const answer = await plan({
      user_preferences: { quality: 'speed', format: '1024x768' },
      parameters: { guidance_scale: 3 },
      use_ai_classification: true,
    });
    expect(answer).toMatchObject({ metadata: { rollout: 'ai' } });
    expect(selected()).toMatchObject({
      quality: QualityPreference.QUALITY_PREFERENCE_SPEED,
      explicitParameters: { guidanceScale: 3 },
      // A size is a shape, so the preferred aspect ratio goes as a whole.
      softParameters: { width: 1024, height: 768 },
    });
    expect(selected().softParameters?.aspectRatio).toBeUndefined();
  });

  it('stand back behind a preset', async () => {
    gateway.services.set('presets', 'resolvePlanContext', ({ withPreferences }) =>
      ResolvePlanContextResponse.create({
        preset: { presetId: 'p', promptTemplate: '{prompt}!', parameters: { guidanceScale: 9 }, version: 1 } as never,
        preferences: withPreferences ? stored.get('sarah') : undefined,
      }),
    );
    await plan({ preset_id: 'p' });
    expect(selected().softParameters).toMatchObject({ guidanceScale: 9, aspectRatio: '16:9' });
    fakePreferences(gateway.services);
  });

  it('leave a named model or provider alone, in generations too', async () => {
    await gateway.request('/api/v1/generations', { as: sarah, json: { prompt: 'a cat', model_id: 'c/d' } });
    expect(selected()).toMatchObject({ modelId: 'c/d', preferredModelId: '', preferredProvider: '' });
    await gateway.request('/api/v1/generations', {
      as: sarah,
      json: { prompt: 'a cat', workflow_type: 'image_generation' },
    });
    expect(selected()).toMatchObject({
      workflow: Workflow.WORKFLOW_IMAGE_GENERATION,
      preferredModelId: 'a/b',
      quality: QualityPreference.QUALITY_PREFERENCE_QUALITY,
    });
  });

  it('are the new ones at once, also in another gateway', async () => {
    await plan();
    await plan({}, other);
    expect(selected(other)).toMatchObject({ preferredModelId: 'a/b' });
    await send('PUT', { models: { image_generation: 'e/f' } });
    await plan();
    expect(selected()).toMatchObject({ preferredModelId: 'e/f' });
    // The announcement comes by the database that both have.
    for (;;) {
      await plan({}, other);
      if (selected(other).preferredModelId === 'e/f') break;
      await new Promise(setImmediate);
    }
    await send('DELETE');
    await plan();
    expect(selected()).toMatchObject({
      preferredModelId: '',
      quality: QualityPreference.QUALITY_PREFERENCE_UNSPECIFIED,
    });
  });

  it('never fail it when they can’t be read, are said to be missing, and asked for again later', async () => {
    gateway.services.set('presets', 'resolvePlanContext', () => {
      throw new Error('down');
    });
    for (let round = 0; round < 3; round += 1) {
      expect(await plan()).toMatchObject({
        success: true,
        metadata: { warnings: ['Planned without your preferences: they could not be read.'] },
      });
    }
    expect(contextCalls()).toHaveLength(1);
    fakePreferences(gateway.services);
    expect(await plan({ prompt: 'put @ben here' })).toMatchObject({ metadata: { rollout: 'classic', warnings: [] } });
  });

  it('of one user never touch another’s plans', async () => {
    await plan({}, gateway, ben);
    expect(selected()).toMatchObject({ preferredModelId: '', preferredProvider: '' });
  });
});
