import {
  apply,
  by,
  clock,
  create,
  experiment,
  generated,
  read,
  service,
  shared,
  update,
  useLibrary,
} from './running-preset-library.js';

useLibrary();

describe('an experiment', () => {
  beforeEach(async () => {
    await create({ visibility: shared, promptTemplate: '{prompt}, one', parameters: { steps: 11 } });
    await update({ visibility: shared, promptTemplate: '{prompt}, two', parameters: { steps: 22 } });
    await update({ visibility: shared, promptTemplate: '{prompt}, three' });
  });
  const users = Array.from({ length: 60 }, (_, n) => `user-${n}`);

  it('gives every user one of the two versions, always the same, and says which', async () => {
    const { experiment: started } = await experiment();
    const applied = await Promise.all(users.map((user) => apply('noir', user)));
    const again = await Promise.all(users.map((user) => apply('noir', user)));
    const endings = applied.map(({ enhancedPrompt }) => enhancedPrompt.replace('a cat, ', ''));
    expect(again.map(({ enhancedPrompt }) => enhancedPrompt.replace('a cat, ', ''))).toEqual(endings);
    expect(new Set(endings)).toEqual(new Set(['one', 'two']));
    for (const { enhancedPrompt, preset, assignment } of applied) {
      const version = enhancedPrompt.endsWith('one') ? 1 : 2;
      expect(preset).toMatchObject({ version, parameters: { steps: version * 11 } });
      expect(assignment).toEqual({
        experimentId: started?.experimentId,
        variant: version === 1 ? 'a' : 'b',
        version,
      });
    }
    const plan = { tags: [], sessionId: '', presetId: 'noir', withPreferences: false };
    for (const [n, user] of users.slice(0, 5).entries()) {
      const { preset, presetAssignment } = await service.presets.resolvePlanContext(plan, by(user));
      expect([preset?.version, presetAssignment]).toEqual([applied[n]?.preset?.version, applied[n]?.assignment]);
    }
  });

  it('tells truthfully which version was used, with the exposure', async () => {
    const { experiment: started } = await experiment({ share: 1 });
    await apply('noir', 'omar');
    await generated('g-1', 'noir', {
      version: 2,
      assignment: { experimentId: started?.experimentId ?? '', variant: 'b', version: 2 },
    });
    const name = `preset:${started?.experimentId}`;
    expect(
      service.published.map(({ presetApplied, experimentExposed, userId }) => [
        presetApplied?.presetVersion ?? experimentExposed,
        userId,
      ]),
    ).toEqual([
      [2, 'omar'],
      [{ experiment: name, variant: 'b' }, 'omar'],
      [2, 'omar'],
      [{ experiment: name, variant: 'b' }, 'omar'],
    ]);
  });

  it.each([
    [0, 'one'],
    [1, 'two'],
  ])('with a share of %d gives everybody version %s', async (portion, ending) => {
    await experiment({ share: portion });
    for (const user of users.slice(0, 8)) expect((await apply('noir', user)).enhancedPrompt).toBe(`a cat, ${ending}`);
  });

  it('goes on when the same is said again, and others take its place', async () => {
    const one = await experiment();
    await expect(experiment()).resolves.toEqual(one);
    const many = await Promise.all([
      experiment({ share: 0.1 }),
      experiment({ share: 0.1 }),
      experiment({ share: 0.1 }),
    ]);
    expect(new Set(many.map(({ experiment: started }) => started?.experimentId)).size).toBe(1);
    expect(many[0]?.experiment?.experimentId).not.toBe(one.experiment?.experimentId);
    const { experiment: underWay } = await service.library.getPresetExperiment({ presetId: 'noir' }, by('sarah'));
    expect(underWay).toMatchObject({ versionA: 1, versionB: 2, share: 0.1, startTime: clock.now });
  });

  it('leaves the current version to readers and to everybody once it is over', async () => {
    await experiment();
    await expect(read('noir', 'omar')).resolves.toMatchObject({ version: 3 });
    await service.library.endPresetExperiment({ presetId: 'noir' }, by('sarah'));
    await expect(apply('noir', 'omar')).resolves.toMatchObject({
      enhancedPrompt: 'a cat, three',
      assignment: undefined,
    });
    await Promise.all(
      [
        service.library.endPresetExperiment({ presetId: 'noir' }, by('sarah')),
        service.library.getPresetExperiment({ presetId: 'noir' }, by('sarah')),
      ].map((attempt) =>
        expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'PRESET_EXPERIMENT_NOT_FOUND' }),
      ),
    );
  });

  it('ends with its preset: another one under the same id has none', async () => {
    await experiment();
    await service.presets.deletePreset({ presetId: 'noir', ifMatch: [] }, by('sarah'));
    await create({}, 'omar');
    await expect(apply('noir', 'omar')).resolves.toMatchObject({ assignment: undefined, preset: { version: 1 } });
  });

  it.each<[string, object, string[]]>([
    ['a version that is not kept', { versionB: 9 }, ['version_b']],
    ['the same version twice', { versionB: 1 }, ['version_b']],
    ['no version', { versionA: 0 }, ['version_a']],
    ['a share above 1', { share: 1.1 }, ['share']],
    ['a share that is no number', { share: Number.NaN }, ['share']],
  ])('refuses %s and starts nothing', async (_name, settings, fields) => {
    await expect(experiment(settings)).rejects.toMatchObject({
      reason: 'PRESET_EXPERIMENT_INVALID',
      violations: fields.map((field) => ({ field })),
    });
    await expect(apply('noir')).resolves.toMatchObject({ assignment: undefined });
  });

  it('is the owner’s, or an administrator’s', async () => {
    await create({ presetId: 'secret' });
    await expect(experiment({}, 'omar')).rejects.toMatchObject({ reason: 'PRESET_NOT_OWN' });
    await expect(experiment({}, 'omar', 'secret')).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
    await expect(experiment({}, 'sarah', 'oil_painting')).rejects.toMatchObject({ reason: 'PRESET_BUILT_IN' });
    await expect(experiment({}, 'root')).resolves.toMatchObject({ experiment: { presetId: 'noir' } });
    await expect(service.library.getPresetExperiment({ presetId: 'noir' }, by('omar'))).rejects.toMatchObject({
      reason: 'PRESET_NOT_OWN',
    });
    // A built-in has one version so far: there is nothing to compare it with.
    await expect(experiment({}, 'root', 'oil_painting')).rejects.toMatchObject({
      reason: 'PRESET_EXPERIMENT_INVALID',
      violations: [{ field: 'version_b' }],
    });
  });
});
