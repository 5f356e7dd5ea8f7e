import {
  apply,
  by,
  create,
  experiment,
  read,
  service,
  share,
  shared,
  update,
  useLibrary,
  versions,
} from './running-preset-library.js';

useLibrary();

describe('a share link', () => {
  it('lets everybody who has it read, apply and plan with a private preset, and nothing more', async () => {
    await create();
    const { token } = await share();
    expect(token).toMatch(/^share\.[\w-]{43}$/);
    await expect(read(token, 'omar')).resolves.toMatchObject({ name: 'Noir' });
    await expect(apply(token, 'omar')).resolves.toMatchObject({ enhancedPrompt: 'a cat, film noir' });
    const plan = { tags: [], sessionId: '', presetId: token, withPreferences: false };
    await expect(service.presets.resolvePlanContext(plan, by('omar'))).resolves.toMatchObject({
      preset: { presetId: 'noir' },
    });
    await expect(read('noir', 'omar')).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
    await Promise.all(
      [
        update({ presetId: token }, [], 'omar'),
        service.presets.deletePreset({ presetId: token, ifMatch: [] }, by('omar')),
        versions('omar', token),
        share('omar', token),
        experiment({}, 'omar', token),
      ].map((attempt) => expect(attempt).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' })),
    );
    await expect(
      service.presets.listPresets({ category: '', owner: 'shared', query: '' }, by('omar')),
    ).resolves.toEqual({ presets: [], total: 0 });
  });

  it('stays the same until it is revoked, and is worth nothing afterwards', async () => {
    await create();
    const links = await Promise.all([share(), share(), share()]);
    expect(new Set(links.map(({ token }) => token)).size).toBe(1);
    const [{ token } = { token: '' }] = links;
    await service.library.revokePresetShare({ presetId: 'noir' }, by('sarah'));
    await service.library.revokePresetShare({ presetId: 'noir' }, by('sarah'));
    await Promise.all(
      [read(token, 'omar'), apply(token, 'omar'), read(token)].map((attempt) =>
        expect(attempt).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' }),
      ),
    );
    expect((await share()).token).not.toBe(token);
  });

  it('goes with its preset', async () => {
    await create();
    const { token } = await share();
    await service.presets.deletePreset({ presetId: 'noir', ifMatch: [] }, by('sarah'));
    await create();
    await expect(read(token, 'omar')).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
  });

  it.each(['share.', `share.${'a'.repeat(43)}`, `share.${'a'.repeat(42)}/`, `share.${'\u0000'.repeat(43)}`])(
    'that is guessed %# is not found',
    async (token) => {
      await expect(read(token)).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
    },
  );

  it('is made and revoked by the owner only', async () => {
    await create();
    await create({ presetId: 'ours', visibility: shared });
    const revoke = (presetId: string, who: string) => service.library.revokePresetShare({ presetId }, by(who));
    for (const attempt of [share('omar'), revoke('noir', 'omar')])
      await expect(attempt).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
    for (const attempt of [share('omar', 'ours'), revoke('ours', 'omar')])
      await expect(attempt).rejects.toMatchObject({ reason: 'PRESET_NOT_OWN' });
    await expect(share('root', 'time_lapse')).rejects.toMatchObject({ reason: 'PRESET_BUILT_IN' });
  });
});
