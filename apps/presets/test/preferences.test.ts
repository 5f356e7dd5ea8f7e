import { QualityPreference, Workflow } from '@atelier/contracts/creative/v1';
import { Preferences } from '@atelier/contracts/presets/v1';
import { byOmar, bySarah, clock, context, minutesAgo, now, preferences, usePresetsService } from './running-presets.js';

usePresetsService();

const content = {
  quality: QualityPreference.QUALITY_PREFERENCE_QUALITY,
  provider: 'replicate',
  models: [{ workflow: Workflow.WORKFLOW_IMAGE_EDITING, modelId: 'black-forest-labs/flux-kontext-pro' }],
  parameters: { aspectRatio: '16:9', steps: 30, negativePrompt: 'blurry' },
  aiEnabled: false,
  suggestFromHistory: true,
};
const wished = Preferences.create(content);
const get = async (by = bySarah) => (await preferences.getPreferences({}, by)).preferences;
const put = async (changes: Partial<Preferences> = {}, ifMatch: string[] = [], by = bySarah) =>
  (await preferences.putPreferences({ preferences: { ...wished, ...changes }, ifMatch }, by)).preferences;

describe('preferences', () => {
  it('are the defaults until they are set, and again after they are reset', async () => {
    const defaults = await get();
    expect(defaults).toEqual(Preferences.create({ parameters: {}, aiEnabled: true, etag: '"defaults"' }));
    await put();
    await preferences.resetPreferences({ ifMatch: [] }, bySarah);
    await preferences.resetPreferences({ ifMatch: [] }, bySarah);
    expect(await get()).toEqual(defaults);
  });

  it('are kept as they were set, and replaced as a whole', async () => {
    const stored = await put();
    expect(stored).toMatchObject({ ...content, etag: expect.any(String), updateTime: now });
    expect(await get()).toEqual(stored);
    clock.time = minutesAgo(-1);
    const replaced = await put({ ...Preferences.create(), aiEnabled: true });
    expect(replaced).toEqual(
      Preferences.create({ parameters: {}, aiEnabled: true, etag: replaced?.etag ?? '', updateTime: clock.time }),
    );
    expect(replaced?.etag).not.toBe(stored?.etag);
  });

  it('come with the context of a plan, in the same call, when they are asked for', async () => {
    await put();
    await expect(context({})).resolves.toMatchObject({ preferences: undefined });
    await expect(context({ withPreferences: true })).resolves.toMatchObject({ preferences: content });
    await expect(context({ withPreferences: true }, byOmar)).resolves.toMatchObject({
      preferences: { aiEnabled: true, models: [] },
    });
  });

  it('are changed only from the state that the writer knows, where it names one', async () => {
    const first = await put({}, ['"defaults"']);
    await expect(put({}, ['"defaults"'])).rejects.toMatchObject({ code: 'ABORTED', reason: 'PRECONDITION_FAILED' });
    const etag = first?.etag ?? '';
    const second = await put({ provider: '' }, ['"other"', etag]);
    await expect(put({}, [etag])).rejects.toMatchObject({ reason: 'PRECONDITION_FAILED' });
    await expect(preferences.resetPreferences({ ifMatch: [etag] }, bySarah)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await get()).toEqual(second);
    await put({}, ['*']);
    await preferences.resetPreferences({ ifMatch: [(await get())?.etag ?? ''] }, bySarah);
    clock.time = minutesAgo(-1);
    await put();
    // Made anew: what was known of the former ones is worth nothing.
    await expect(put({}, [etag])).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('let one of two writers at the same time win', async () => {
    const outcomes = await Promise.allSettled([put({}, ['"defaults"']), put({ provider: '' }, ['"defaults"'])]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it.each<[string, Partial<Preferences>, string[]]>([
    ['an unknown provider', { provider: 'nobody' }, ['provider']],
    [
      'an unknown model',
      { models: [{ workflow: Workflow.WORKFLOW_IMAGE_EDITING, modelId: 'nobody/nothing' }] },
      ['models.image_editing'],
    ],
    [
      'a model for what it can’t do',
      { models: [{ workflow: Workflow.WORKFLOW_IMAGE_EDITING, modelId: 'google/veo-3' }] },
      ['models.image_editing'],
    ],
    ['two models for one workflow', { models: [...wished.models, ...wished.models] }, ['models.image_editing']],
    ['no workflow', { models: [{ workflow: Workflow.WORKFLOW_UNSPECIFIED, modelId: 'google/veo-3' }] }, ['models.']],
    [
      'parameters beyond every model',
      { parameters: { steps: 100_000, durationS: 86_400, outputFormat: 'exe', aspectRatio: '0:0' } },
      ['parameters.aspect_ratio', 'parameters.duration_s', 'parameters.output_format', 'parameters.steps'],
    ],
    [
      'values of 10,000 characters',
      { provider: 'x'.repeat(10_000), parameters: { negativePrompt: 'x'.repeat(10_000), quality: 'x'.repeat(10_000) } },
      ['parameters.negative_prompt', 'parameters.quality', 'provider'],
    ],
    ['control characters', { parameters: { negativePrompt: 'a\u0000b' } }, ['parameters.negative_prompt']],
  ])('refuse %s, name the fields and change nothing', async (_name, changes, fields) => {
    const before = await put();
    const error = (await put(changes).catch((thrown: unknown) => thrown)) as { violations: { field: string }[] };
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'PREFERENCES_INVALID' });
    expect(error.violations.map(({ field }) => field).toSorted()).toEqual(fields);
    expect(await get()).toEqual(before);
  });

  it('belong to one user', async () => {
    await put();
    expect(await get(byOmar)).toMatchObject({ etag: '"defaults"' });
    await preferences.resetPreferences({ ifMatch: [] }, byOmar);
    expect(await get()).toMatchObject(content);
  });

  it('are nobody’s without an identity', async () => {
    await expect(get({ context: { requestId: 'r-1' } })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
