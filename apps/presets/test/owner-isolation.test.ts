import {
  byOmar,
  client,
  context,
  create,
  image,
  list,
  noir,
  put,
  record,
  usePresetsService,
} from './running-presets.js';

usePresetsService();

describe('owner isolation', () => {
  beforeEach(async () => {
    await create();
    await put('sarah');
    await record('s-1', 'g-1');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['GetPreset', () => client.getPreset({ presetId: 'noir' }, byOmar)],
    ['UpdatePreset', () => client.updatePreset({ preset: noir, ifMatch: [] }, byOmar)],
    ['DeletePreset', () => client.deletePreset({ presetId: 'noir', ifMatch: [] }, byOmar)],
    ['ApplyPreset', () => client.applyPreset({ presetId: 'noir', userPrompt: 'a cat' }, byOmar)],
    ['ResolvePlanContext', () => context({ presetId: 'noir' }, byOmar)],
    ['DeleteReference', () => client.deleteReference({ tag: 'sarah' }, byOmar)],
    ['GetSession', () => client.getSession({ sessionId: 's-1' }, byOmar)],
  ])('%s answers for somebody else’s as for what does not exist', async (_rpc, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('lists and resolves only what is one’s own', async () => {
    expect(await list({}, byOmar)).not.toContain('noir');
    await expect(client.listReferences({ pageSize: 0, pageToken: '' }, byOmar)).resolves.toMatchObject({
      references: [],
    });
    await expect(context({ tags: ['sarah'], sessionId: 's-1' }, byOmar)).resolves.toMatchObject({
      references: [],
      missingTags: ['sarah'],
      session: { workingImageUrl: '' },
    });
  });

  it('never writes into what belongs to somebody else', async () => {
    await put('sarah', byOmar, { imageUrl: 'omars.png' });
    await record('s-1', 'g-2', {}, byOmar);
    await expect(context({ tags: ['sarah'], sessionId: 's-1' })).resolves.toMatchObject({
      references: [{ imageUrl: image }],
      session: { lastGenerationId: 'g-1' },
    });
  });
});
