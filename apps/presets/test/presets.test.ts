import { PresetVisibility } from '@atelier/contracts/presets/v1';
import { callAs } from '@atelier/testing';
import { sql } from 'kysely';
import {
  bySarah,
  byOmar,
  byAdmin,
  byService,
  client,
  context,
  create,
  database,
  image,
  list,
  minutesAgo,
  noir,
  now,
  published,
  put,
  record,
  shared,
  start,
  usePresetsService,
} from './running-presets.js';

usePresetsService();

describe('OK', () => {
  it('lists the built-ins first, then own and shared presets by name', async () => {
    await create({ presetId: 'zebra', name: 'Zebra' });
    await create({ presetId: 'secret' }, byOmar);
    await create({ ...shared, presetId: 'abstract', name: 'Abstract' }, byOmar);
    const everything = await list({});
    expect(everything.slice(0, 8)).toEqual([
      'cinematic_portrait',
      'anime_style',
      'photorealistic',
      'concept_art',
      'oil_painting',
      'cinematic_video',
      'vlog_style',
      'time_lapse',
    ]);
    expect(everything.slice(8)).toEqual(['abstract', 'zebra']);
    expect(await list({ owner: 'me' })).toEqual(['zebra']);
    expect(await list({ owner: 'shared' })).toEqual(['abstract']);
    expect(await list({ owner: 'builtin', category: 'video' })).toEqual([
      'cinematic_video',
      'vlog_style',
      'time_lapse',
    ]);
    expect(await list({ query: 'FILM shadows' })).toEqual(['cinematic_portrait', 'abstract', 'zebra']);
    expect(await list({ query: "100%_' \u0000" })).toEqual([]);
  });

  it('keeps an own preset through its life and counts its versions', async () => {
    const { preset: created } = await create({ ownerId: 'omar', useCount: 99, version: 99 });
    expect(created).toMatchObject({
      presetId: 'noir',
      ownerId: 'sarah',
      useCount: 0,
      version: 1,
      parameters: { width: 768 },
    });
    expect(created?.createTime).toBeInstanceOf(Date);
    const { preset: updated } = await client.updatePreset(
      { preset: { ...shared, name: 'Noir 2', parameters: undefined }, ifMatch: [] },
      bySarah,
    );
    expect(updated).toMatchObject({
      name: 'Noir 2',
      version: 2,
      visibility: PresetVisibility.PRESET_VISIBILITY_SHARED,
    });
    expect(updated?.parameters?.width).toBeUndefined();
    await expect(client.getPreset({ presetId: 'noir' }, bySarah)).resolves.toEqual({ preset: updated });
    await client.deletePreset({ presetId: 'noir', ifMatch: [] }, bySarah);
    expect(await list({ owner: 'me' })).toEqual([]);
  });

  it('applies a preset, counts the use and tells analytics', async () => {
    await create();
    let requests = 0;
    const apply = (presetId: string) =>
      client.applyPreset(
        { presetId, userPrompt: ' a $& cat ' },
        { context: callAs('sarah', `request-${(requests += 1)}`) },
      );
    await expect(apply('noir')).resolves.toMatchObject({
      enhancedPrompt: 'a $& cat, film noir, hard shadows',
      preset: { negativePrompt: 'colour', useCount: 1 },
    });
    await apply('time_lapse');
    await expect(apply('time_lapse')).resolves.toMatchObject({
      enhancedPrompt: 'a $& cat, accelerated time-lapse motion',
      preset: { useCount: 2, parameters: { durationS: 4, fps: 30 } },
    });
    await expect(client.getPreset({ presetId: 'time_lapse' }, byOmar)).resolves.toMatchObject({
      preset: { useCount: 2 },
    });
    expect(
      published.map(({ presetApplied, userId }) => [presetApplied?.presetId, presetApplied?.presetVersion, userId]),
    ).toEqual([
      ['noir', 1, 'sarah'],
      ['time_lapse', 1, 'sarah'],
      ['time_lapse', 1, 'sarah'],
    ]);
  });

  it('keeps references by tag, replaces them and pages through them', async () => {
    for (const tag of ['carol', 'Anna', 'سارة', 'bob']) await put(tag);
    await put('ANNA', bySarah, { imageUrl: '0193a1b2.png', name: '' });
    const first = await client.listReferences({ pageSize: 2, pageToken: '' }, bySarah);
    expect(first.references.map(({ tag, name, imageUrl }) => [tag, name, imageUrl])).toEqual([
      ['ANNA', 'ANNA', '0193a1b2.png'],
      ['bob', 'bob', image],
    ]);
    const second = await client.listReferences({ pageSize: 2, pageToken: first.nextPageToken }, bySarah);
    expect(second.references.map(({ tag }) => tag)).toEqual(['carol', 'سارة']);
    expect(second.nextPageToken).toBe('');
    await client.deleteReference({ tag: 'anna' }, bySarah);
    const rest = await client.listReferences({ pageSize: 0, pageToken: '' }, bySarah);
    expect(rest.references).toHaveLength(3);
  });

  it('makes the latest image of a session its working image, in whatever order results arrive', async () => {
    await record('s-1', 'new', { createTime: minutesAgo(1) });
    await record('s-1', 'old', { createTime: minutesAgo(9) });
    await record('s-1', 'film', { createTime: minutesAgo(0), contentType: 'video/mp4', imageUrl: 'film.mp4' });
    const { session } = await record('s-1', 'new', { imageUrl: 'repeated.png' });
    expect(session).toMatchObject({ sessionId: 's-1', workingImageUrl: 'new.png', lastGenerationId: 'film' });
    expect(session?.history.map(({ generationId }) => generationId)).toEqual(['film', 'new', 'old']);
    await expect(client.getSession({ sessionId: 's-1' }, bySarah)).resolves.toEqual({ session });
  });

  it('keeps the 50 latest results of a session', async () => {
    for (let n = 0; n < 52; n++) await record('s-1', `g-${n}`, { createTime: minutesAgo(60 - n) });
    const { session } = await client.getSession({ sessionId: 's-1' }, bySarah);
    expect(session?.history.map(({ generationId }) => generationId)).toEqual(
      Array.from({ length: 50 }, (_, n) => `g-${51 - n}`),
    );
  });

  it('does not let a clock that is ahead pin a result as the latest', async () => {
    await record('s-1', 'ahead', { createTime: minutesAgo(-60) });
    const { session } = await record('s-1', 'later', { createTime: minutesAgo(-120) });
    expect(session?.history.map(({ createTime }) => createTime)).toEqual([now, now]);
  });

  it('lets a service record for the owner of a generation', async () => {
    await record('s-1', 'g-1', { imageUrl: '/files/g-1.png', prompt: 'nul \u0000' }, byService, 'sarah');
    await expect(client.getSession({ sessionId: 's-1' }, bySarah)).resolves.toMatchObject({
      session: { workingImageUrl: '/files/g-1.png' },
    });
  });

  it('works on the image before one that was deleted', async () => {
    await record('s-1', 'old', { createTime: minutesAgo(9) });
    await record('s-1', 'new', { createTime: minutesAgo(1) });
    const forget = { sessionId: 's-1', ownerId: 'sarah', generationId: 'new' };
    await client.forgetSessionResult({ ...forget, ownerId: '' }, byOmar);
    await expect(context({ sessionId: 's-1' })).resolves.toMatchObject({ session: { workingImageUrl: 'new.png' } });
    await client.forgetSessionResult(forget, byService);
    await client.forgetSessionResult(forget, byService);
    const { session } = await context({ sessionId: 's-1' });
    expect(session).toMatchObject({ workingImageUrl: 'old.png', history: [{ generationId: 'old' }] });
  });

  it('gives a plan its references, session and preset in one call', async () => {
    await create();
    await put('Sarah');
    await put('dress');
    await record('s-1', 'g-1');
    const plan = await context({
      tags: ['dress', 'nobody', 'sarah', 'a/b', 'SARAH'],
      sessionId: 's-1',
      presetId: 'noir',
    });
    expect(plan.references.map(({ tag }) => tag)).toEqual(['dress', 'Sarah']);
    expect(plan.missingTags).toEqual(['nobody', 'a/b']);
    expect(plan).toMatchObject({ session: { workingImageUrl: 'g-1.png' }, preset: { presetId: 'noir' } });
  });

  it('gives a plan an empty session that has not begun, and nothing that was not asked for', async () => {
    await expect(context({})).resolves.toEqual({
      references: [],
      missingTags: [],
      session: undefined,
      preset: undefined,
    });
    const { session } = await context({ sessionId: 'fresh' });
    expect(session).toEqual({ sessionId: 'fresh', workingImageUrl: '', lastGenerationId: '', history: [] });
    await record('fresh', 'g-1');
    await expect(context({ sessionId: 'fresh' })).resolves.toMatchObject({ session: { workingImageUrl: 'g-1.png' } });
  });

  it('does not fail a plan over references that can not be read', async () => {
    await sql`drop table presets.user_references`.execute(database.kysely());
    const plan = await context({ tags: ['sarah', 'sarah'], presetId: 'photorealistic' });
    expect(plan).toMatchObject({ references: [], missingTags: ['sarah'], preset: { presetId: 'photorealistic' } });
  });

  it('lets an administrator see and change what is not built in', async () => {
    await create();
    expect(await list({}, byAdmin)).toContain('noir');
    await client.updatePreset({ preset: { ...noir, name: 'Moderated' }, ifMatch: [] }, byAdmin);
    await expect(client.getPreset({ presetId: 'noir' }, bySarah)).resolves.toMatchObject({
      preset: { name: 'Moderated', ownerId: 'sarah' },
    });
  });
  it('hears of changes that another process makes', async () => {
    await context({ sessionId: 's-1' });
    const other = await start();
    const entry = { generationId: 'g-1', prompt: '', imageUrl: 'a.png', contentType: '', createTime: now };
    await other.client.recordSessionResult({ sessionId: 's-1', ownerId: '', entry }, bySarah);
    // Long before what is kept would be read again.
    while ((await context({ sessionId: 's-1' })).session?.workingImageUrl !== 'a.png') await new Promise(setImmediate);
    other.client.close();
    await other.running.close();
  });
});
