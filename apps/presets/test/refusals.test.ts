import { PresetVisibility } from '@atelier/contracts/presets/v1';
import { callAs } from '@atelier/testing';
import {
  bySarah,
  byOmar,
  byAdmin,
  client,
  context,
  create,
  list,
  noir,
  put,
  record,
  shared,
  usePresetsService,
} from './running-presets.js';

usePresetsService();

describe('INVALID_ARGUMENT', () => {
  it.each<[string, () => Promise<unknown>, string, string[]]>([
    ['a template without {prompt}', () => create({ promptTemplate: 'noir' }), 'PRESET_INVALID', ['prompt_template']],
    ['a reserved id', () => create({ presetId: 'apply' }), 'PRESET_INVALID', ['id']],
    [
      'a built-in of one’s own',
      () => create({ visibility: PresetVisibility.PRESET_VISIBILITY_BUILTIN }),
      'PRESET_INVALID',
      ['visibility'],
    ],
    [
      'no preset at all',
      () => client.createPreset({ preset: undefined }, bySarah),
      'PRESET_INVALID',
      ['id', 'name', 'category', 'prompt_template'],
    ],
    ['an unknown category', () => list({ category: 'sound' }), 'PRESET_INVALID', ['category']],
    ['an unknown owner', () => list({ owner: 'omar' }), 'PRESET_INVALID', ['owner']],
    [
      'an empty prompt',
      () => client.applyPreset({ presetId: 'time_lapse', userPrompt: ' ' }, bySarah),
      'PROMPT_INVALID',
      ['user_prompt'],
    ],
    [
      'an over-long prompt',
      () => client.applyPreset({ presetId: 'time_lapse', userPrompt: 'x'.repeat(2001) }, bySarah),
      'PROMPT_INVALID',
      ['user_prompt'],
    ],
    ['a tag with a slash', () => put('a/b'), 'REFERENCE_INVALID', ['tag']],
    ['a local image', () => put('sarah', bySarah, { imageUrl: '/etc/passwd' }), 'REFERENCE_INVALID', ['image_url']],
    [
      'an image elsewhere',
      () => put('sarah', bySarah, { imageUrl: 'https://evil.test/a.png' }),
      'IMAGE_HOST_NOT_ALLOWED',
      ['image_url'],
    ],
    [
      'a page of 101',
      () => client.listReferences({ pageSize: 101, pageToken: '' }, bySarah),
      'PAGE_INVALID',
      ['page_size'],
    ],
    [
      'a made-up page token',
      () => client.listReferences({ pageSize: 1, pageToken: 'Li4v' }, bySarah),
      'PAGE_INVALID',
      ['page_token'],
    ],
    ['a session without an id', () => record(' ', 'g-1'), 'SESSION_INVALID', ['session_id']],
    ['a result without a generation', () => record('s-1', ''), 'SESSION_INVALID', ['entry.generation_id']],
    [
      'a user’s own result from elsewhere',
      () => record('s-1', 'g-1', { imageUrl: 'https://evil.test/a.png' }),
      'IMAGE_HOST_NOT_ALLOWED',
      ['image_url'],
    ],
    [
      'a session id with control characters',
      () => context({ sessionId: 'a\u0000' }),
      'SESSION_INVALID',
      ['session_id'],
    ],
  ])('refuses %s', async (_name, call, reason, fields) => {
    const error = (await call().catch((thrown: unknown) => thrown)) as { violations: { field: string }[] };
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', reason });
    expect(error.violations.map(({ field }) => field)).toEqual(fields);
  });

  it('changes nothing with an update that it refuses', async () => {
    await create();
    await expect(
      client.updatePreset({ preset: { ...noir, promptTemplate: '' }, ifMatch: [] }, bySarah),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(client.getPreset({ presetId: 'noir' }, bySarah)).resolves.toMatchObject({
      preset: { version: 1, promptTemplate: noir.promptTemplate },
    });
  });
});

describe('NOT_FOUND', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['preset', () => client.getPreset({ presetId: 'unknown' }, bySarah), 'PRESET_NOT_FOUND'],
    ['preset with an impossible id', () => client.getPreset({ presetId: 'a\u0000' }, bySarah), 'PRESET_NOT_FOUND'],
    ['preset to update', () => client.updatePreset({ preset: noir, ifMatch: [] }, bySarah), 'PRESET_NOT_FOUND'],
    ['preset to delete', () => client.deletePreset({ presetId: 'unknown', ifMatch: [] }, bySarah), 'PRESET_NOT_FOUND'],
    [
      'preset to apply',
      () => client.applyPreset({ presetId: 'unknown', userPrompt: 'a cat' }, bySarah),
      'PRESET_NOT_FOUND',
    ],
    ['preset of a plan', () => context({ presetId: 'unknown' }), 'PRESET_NOT_FOUND'],
    ['reference', () => client.deleteReference({ tag: 'unknown' }, bySarah), 'REFERENCE_NOT_FOUND'],
    ['session', () => client.getSession({ sessionId: 'unknown' }, bySarah), 'SESSION_NOT_FOUND'],
  ])('answers so for an unknown %s', async (_name, call, reason) => {
    await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND', reason });
  });
});

describe('ALREADY_EXISTS', () => {
  it('refuses a taken preset id: an own one, somebody’s, a built-in’s', async () => {
    await create();
    for (const taken of [create(), create({}, byOmar), create({ presetId: 'oil_painting' })]) {
      await expect(taken).rejects.toMatchObject({ code: 'ALREADY_EXISTS', reason: 'PRESET_ID_TAKEN' });
    }
    await expect(client.getPreset({ presetId: 'noir' }, bySarah)).resolves.toMatchObject({
      preset: { ownerId: 'sarah' },
    });
  });

  it('refuses a taken tag when a reference is to be new', async () => {
    await put('sarah', bySarah, { createOnly: true });
    await expect(put('Sarah', bySarah, { createOnly: true })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      reason: 'REFERENCE_TAG_TAKEN',
    });
    await put('sarah', byOmar, { createOnly: true });
  });
});

describe('PERMISSION_DENIED', () => {
  it('keeps the built-ins as they are, also for administrators', async () => {
    for (const by of [bySarah, byAdmin]) {
      await expect(
        client.updatePreset({ preset: { ...noir, presetId: 'oil_painting' }, ifMatch: [] }, by),
      ).rejects.toMatchObject({
        reason: 'PRESET_BUILT_IN',
      });
      await expect(client.deletePreset({ presetId: 'oil_painting', ifMatch: [] }, by)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
    }
  });

  it('lets others use a shared preset but not change it', async () => {
    await create(shared);
    await expect(client.applyPreset({ presetId: 'noir', userPrompt: 'a cat' }, byOmar)).resolves.toMatchObject({
      preset: { useCount: 1 },
    });
    await expect(client.updatePreset({ preset: noir, ifMatch: [] }, byOmar)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      reason: 'PRESET_NOT_OWN',
    });
    await expect(client.deletePreset({ presetId: 'noir', ifMatch: [] }, byOmar)).rejects.toMatchObject({
      reason: 'PRESET_NOT_OWN',
    });
  });

  it('lets only services record for others, whatever a user is called or may do', async () => {
    const pretender = { context: callAs({ userId: 'system:generation', scopes: ['read', 'generate'] }) };
    for (const by of [byOmar, byAdmin, pretender]) {
      await expect(record('s-1', 'g-1', {}, by, 'sarah')).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        reason: 'SESSION_NOT_OWN',
      });
      const forget = { sessionId: 's-1', ownerId: 'sarah', generationId: 'g-1' };
      await expect(client.forgetSessionResult(forget, by)).rejects.toMatchObject({ reason: 'SESSION_NOT_OWN' });
    }
    await expect(client.getSession({ sessionId: 's-1' }, bySarah)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('UNAUTHENTICATED', () => {
  it('answers nobody without a verified identity', async () => {
    const nobody = { context: { requestId: 'r-1' } };
    for (const call of [
      list({}, nobody),
      put('sarah', nobody),
      context({}, nobody),
      record('s-1', 'g-1', {}, nobody),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});
