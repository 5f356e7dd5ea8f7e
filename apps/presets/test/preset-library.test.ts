import { Preset, PresetVisibility, RecordPresetUsesRequest } from '@atelier/contracts/presets/v1';
import { systemIdentity } from '@atelier/identity';
import { callAs } from '@atelier/testing';
import { sql } from 'kysely';
import { SqlPresetUses } from '../src/infra/sql-preset-uses.js';
import { by, clock, database, service, startLibrary, useLibrary } from './running-preset-library.js';

useLibrary();

const noir = Preset.create({
  presetId: 'noir',
  name: 'Noir',
  category: 'image',
  promptTemplate: '{prompt}, film noir',
  parameters: { steps: 20 },
});
const shared = PresetVisibility.PRESET_VISIBILITY_SHARED;
const byGateway = { context: callAs(systemIdentity('gateway')) };

const create = async (changes: Partial<Preset> = {}, who = 'sarah'): Promise<Preset> => {
  const { preset } = await service.presets.createPreset({ preset: { ...noir, ...changes } }, by(who));
  return Preset.create(preset);
};
const update = async (changes: Partial<Preset> = {}, ifMatch: string[] = [], who = 'sarah'): Promise<Preset> => {
  const { preset } = await service.presets.updatePreset({ preset: { ...noir, ...changes }, ifMatch }, by(who));
  return Preset.create(preset);
};
const read = async (presetId = 'noir', who = 'sarah'): Promise<Preset> => {
  const { preset } = await service.presets.getPreset({ presetId }, by(who));
  return Preset.create(preset);
};
const versions = async (who = 'sarah', presetId = 'noir', pageSize = 0, pageToken = '') => {
  const page = await service.library.listPresetVersions({ presetId, pageSize, pageToken }, by(who));
  return { ...page, numbers: page.versions.map(({ version }) => version) };
};
const share = (who = 'sarah', presetId = 'noir') => service.library.sharePreset({ presetId }, by(who));
const apply = (presetId: string, who = 'sarah', requestId?: string) =>
  service.presets.applyPreset({ presetId, userPrompt: 'a cat' }, by(who, requestId));
const popular = async (who = 'sarah', query: { category?: string; limit?: number; days?: number } = {}) => {
  const { presets } = await service.library.listPopularPresets({ category: '', limit: 0, days: 0, ...query }, by(who));
  return presets.map(({ preset, uses }) => [preset?.presetId, uses]);
};
const generated = (generationId: string, presetId = 'noir', more: object = {}) =>
  service.library.recordPresetUses(
    RecordPresetUsesRequest.create({
      uses: [{ generationId, presetId, version: 1, assignment: undefined, userId: 'omar', requestId: 'r', ...more }],
    }),
    byGateway,
  );
const experiment = (settings: object = {}, who = 'sarah', presetId = 'noir') =>
  service.library.putPresetExperiment({ presetId, versionA: 1, versionB: 2, share: 0.5, ...settings }, by(who));

describe('optimistic concurrency', () => {
  it('lets a writer change what he knows, and nothing else', async () => {
    const first = await create();
    const second = await update({ name: 'Two' }, [first.etag]);
    expect(second.etag).not.toBe(first.etag);
    for (const stale of [[first.etag], ['"9-x"'], [`W/${second.etag}`]]) {
      await expect(update({ name: 'Lost' }, stale)).rejects.toMatchObject({
        code: 'ABORTED',
        reason: 'PRECONDITION_FAILED',
        httpStatus: 412,
      });
    }
    await expect(read()).resolves.toMatchObject({ name: 'Two', version: 2, etag: second.etag });
    await expect(update({ name: 'Three' }, [first.etag, second.etag])).resolves.toMatchObject({ version: 3 });
    await expect(update({ name: 'Four' }, ['*'])).resolves.toMatchObject({ version: 4 });
  });

  it('lets the last writer win who asks for nothing', async () => {
    await create();
    await Promise.all([update({ name: 'One' }), update({ name: 'Two' }), update({ name: 'Three' })]);
    expect((await read()).version).toBe(4);
    expect((await versions()).numbers).toEqual([4, 3, 2, 1]);
  });

  it('lets exactly one of many writers win who know the same', async () => {
    const { etag } = await create();
    const other = await startLibrary();
    const writes = Array.from({ length: 12 }, (_, n) =>
      (n % 2 ? service : other).presets.updatePreset(
        { preset: { ...noir, name: `Writer ${n}` }, ifMatch: [etag] },
        by('sarah'),
      ),
    );
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(read()).resolves.toMatchObject({ version: 2 });
    await other.close();
  });

  it('guards deletions, and knows a preset that was made again from the one before', async () => {
    const { etag } = await create();
    await update();
    const remove = (ifMatch: string[]) => service.presets.deletePreset({ presetId: 'noir', ifMatch }, by('sarah'));
    await expect(remove([etag])).rejects.toMatchObject({ reason: 'PRECONDITION_FAILED' });
    await remove([(await read()).etag]);
    expect((await create()).etag).not.toBe(etag);
  });

  it('does not take a use for a change', async () => {
    const { etag } = await create();
    await apply('noir');
    await expect(read()).resolves.toMatchObject({ etag, version: 1, useCount: 1 });
  });

  it('says nothing about what the writer may not see or change', async () => {
    await create({}, 'omar');
    await create({ presetId: 'ours', visibility: shared }, 'omar');
    await expect(update({}, ['"0-x"'])).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
    await expect(update({ presetId: 'ours' }, ['"0-x"'])).rejects.toMatchObject({ reason: 'PRESET_NOT_OWN' });
    await expect(update({ presetId: 'time_lapse' }, ['*'])).rejects.toMatchObject({ reason: 'PRESET_BUILT_IN' });
  });
});

describe('versions', () => {
  it('keep what a preset was, newest first, and going back is a change', async () => {
    await create();
    await update({ promptTemplate: '{prompt}, two', parameters: { steps: 30 } });
    const { versions: kept, currentVersion } = await versions();
    expect(kept).toMatchObject([
      { version: 2, promptTemplate: '{prompt}, two', parameters: { steps: 30 } },
      { version: 1, promptTemplate: '{prompt}, film noir', parameters: { steps: 20 } },
    ]);
    expect(currentVersion).toBe(2);
    for (const { createTime } of kept) expect(createTime).toBeInstanceOf(Date);
    const [, first] = kept;
    const back = await update({ promptTemplate: first?.promptTemplate ?? '', parameters: first?.parameters });
    expect(back).toMatchObject({ version: 3, promptTemplate: '{prompt}, film noir' });
  });

  it('come in pages', async () => {
    await create();
    for (let n = 0; n < 4; n++) await update();
    const first = await versions('sarah', 'noir', 2);
    const second = await versions('sarah', 'noir', 2, first.nextPageToken);
    const third = await versions('sarah', 'noir', 2, second.nextPageToken);
    expect([first.numbers, second.numbers, third.numbers]).toEqual([[5, 4], [3, 2], [1]]);
    expect(third.nextPageToken).toBe('');
    await expect(versions('sarah', 'noir', 101)).rejects.toMatchObject({ reason: 'PAGE_INVALID' });
    await expect(versions('sarah', 'noir', 2, 'x')).rejects.toMatchObject({ reason: 'PAGE_INVALID' });
  });

  it('are at most 50 beside the current one and those that are being compared', async () => {
    await create();
    await update();
    await experiment();
    await sql`update presets.presets set version = 99`.execute(database.kysely());
    await sql`
      insert into presets.preset_versions select preset_id, n, name, category, prompt_template, negative_prompt,
        parameters, visibility, now() from presets.presets, generate_series(3, 98) n`.execute(database.kysely());
    await sql`
      insert into presets.preset_versions select preset_id, 2, name, category, prompt_template, negative_prompt,
        parameters, visibility, now() from presets.presets`.execute(database.kysely());
    await update();
    const { numbers } = await versions('sarah', 'noir', 100);
    expect(numbers).toEqual([100, ...Array.from({ length: 50 }, (_, n) => 99 - n), 2, 1]);
  });

  it('that were private stay so when the preset is shared', async () => {
    await create({ promptTemplate: '{prompt}, secret' });
    await update({ visibility: shared });
    await update({ visibility: shared });
    expect((await versions('omar')).numbers).toEqual([3, 2]);
    expect((await versions('root')).numbers).toEqual([3, 2, 1]);
    await update({ visibility: PresetVisibility.PRESET_VISIBILITY_PRIVATE });
    await expect(versions('omar')).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
  });

  it('of a built-in are those of its data', async () => {
    expect((await versions('omar', 'oil_painting')).numbers).toEqual([1]);
  });

  it('go with their preset', async () => {
    await create();
    await update();
    await service.presets.deletePreset({ presetId: 'noir', ifMatch: [] }, by('sarah'));
    await create({}, 'omar');
    expect((await versions('omar')).numbers).toEqual([1]);
  });
});

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
    for (const attempt of [
      update({ presetId: token }, [], 'omar'),
      service.presets.deletePreset({ presetId: token, ifMatch: [] }, by('omar')),
      versions('omar', token),
      share('omar', token),
      experiment({}, 'omar', token),
    ]) {
      await expect(attempt).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
    }
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
    for (const attempt of [read(token, 'omar'), apply(token, 'omar'), read(token)]) {
      await expect(attempt).rejects.toMatchObject({ reason: 'PRESET_NOT_FOUND' });
    }
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

describe('popularity', () => {
  it('counts every use once, whoever tells it how often', async () => {
    await create({ visibility: shared });
    await Promise.all([apply('noir', 'sarah', 'r-1'), apply('noir', 'sarah', 'r-1'), apply('noir', 'omar', 'r-1')]);
    await generated('g-1');
    await generated('g-1');
    await generated('g-2');
    await apply('noir', 'sarah', 'r-1');
    expect(await popular()).toEqual([['noir', 4]]);
    expect((await read()).useCount).toBe(4);
    expect(service.published.filter(({ presetApplied }) => presetApplied)).toHaveLength(4);
    expect(service.published.at(-1)).toMatchObject({ userId: 'omar', requestId: 'r' });
  });

  it('loses no use when many come at once, in several processes', async () => {
    await create({ visibility: shared });
    const other = await startLibrary();
    const uses = Array.from({ length: 200 }, (_, n) => ({
      generationId: `g-${n}`,
      presetId: ['noir', 'time_lapse', 'oil_painting'][n % 3] ?? '',
      version: 1,
      assignment: undefined,
      userId: 'omar',
      requestId: 'r',
    }));
    const tell = ({ library }: typeof other, of: typeof uses) =>
      library.recordPresetUses(RecordPresetUsesRequest.create({ uses: of }), byGateway);
    // Both tell everything, in other orders.
    const answers = await Promise.all([
      tell(service, uses),
      tell(other, uses.toReversed()),
      ...uses.map((use, n) => tell(n % 2 ? other : service, [use])),
    ]);
    expect(answers.reduce((sum, { counted }) => sum + counted, 0)).toBe(200);
    expect(await popular()).toEqual([
      ['noir', 67],
      ['time_lapse', 67],
      ['oil_painting', 66],
    ]);
    await other.close();
  });

  it('can be asked for a window of days', async () => {
    await create({ visibility: shared });
    clock.now = new Date('2026-11-10T23:59:59Z');
    for (const id of ['g-1', 'g-2', 'g-3']) await generated(id);
    await generated('g-4', 'time_lapse');
    clock.now = new Date('2026-11-21T00:00:00Z');
    await generated('g-5', 'time_lapse');
    expect(await popular('omar', { days: 1 })).toEqual([['time_lapse', 1]]);
    expect(await popular('omar', { days: 11 })).toEqual([['time_lapse', 1]]);
    expect(await popular('omar', { days: 12 })).toEqual([
      ['noir', 3],
      ['time_lapse', 2],
    ]);
    expect(await popular('omar', { category: 'video' })).toEqual([['time_lapse', 2]]);
    expect(await popular('omar', { limit: 1 })).toEqual([['noir', 3]]);
    const { presets } = await service.library.listPopularPresets({ category: '', limit: 0, days: 1 }, by('omar'));
    expect(presets[0]).toMatchObject({ uses: 1, preset: { useCount: 2 } });
  });

  it('breaks ties by id and shows only what the caller can see', async () => {
    for (const presetId of ['b-ours', 'a_ours', 'c']) await create({ presetId, visibility: shared });
    await create({ presetId: 'secret' });
    for (const presetId of ['b-ours', 'secret', 'a_ours', 'anime_style', 'c']) await generated(presetId, presetId);
    const visible = ['a_ours', 'anime_style', 'b-ours', 'c'];
    expect((await popular('omar')).map(([id]) => id)).toEqual(visible);
    expect((await popular('omar', { days: 7 })).map(([id]) => id)).toEqual(visible);
    expect((await popular('sarah')).map(([id]) => id)).toEqual([...visible, 'secret']);
    expect((await popular('root', { days: 7 })).map(([id]) => id)).toEqual([...visible, 'secret']);
  });

  it('does not count for what is gone, and a preset made again begins at none', async () => {
    await create({ visibility: shared });
    await generated('g-1');
    await service.presets.deletePreset({ presetId: 'noir', ifMatch: [] }, by('sarah'));
    await expect(generated('g-2')).resolves.toEqual({ counted: 0 });
    await create({ visibility: shared });
    expect(await popular()).toEqual([]);
    expect(await popular('sarah', { days: 7 })).toEqual([]);
    expect(service.published.filter(({ presetApplied }) => presetApplied)).toHaveLength(1);
  });

  it('forgets keys and days when they are old, and never the counts', async () => {
    await create();
    clock.now = new Date('2026-01-01T00:00:00Z');
    await generated('g-1');
    clock.now = new Date('2026-11-21T12:00:00Z');
    await generated('g-2');
    await new SqlPresetUses(database.kysely()).prune(new Date('2026-06-01T00:00:00Z'), '2026-06-01');
    const { rows } = await sql<{ keys: number; days: number }>`
      select (select count(*) from presets.preset_uses) as keys, (select count(*) from presets.preset_use_days) as days
    `.execute(database.kysely());
    expect(rows).toEqual([{ keys: 1, days: 1 }]);
    expect((await read()).useCount).toBe(2);
  });

  it('is told by services only, in bounded batches', async () => {
    const uses = [
      { generationId: 'g', presetId: 'noir', version: 1, assignment: undefined, userId: 'omar', requestId: '' },
    ];
    for (const who of [by('sarah'), by('root'), { context: callAs('system:gateway') }]) {
      await expect(service.library.recordPresetUses({ uses }, who)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        reason: 'PRESET_USES_SERVICES_ONLY',
      });
    }
    const many = Array.from({ length: 501 }, () => uses[0] ?? []).flat();
    await expect(service.library.recordPresetUses({ uses: many }, byGateway)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it.each([{ category: 'sound' }, { limit: 101 }, { days: 366 }, { days: -1 }])('refuses %p', async (query) => {
    await expect(popular('sarah', query)).rejects.toMatchObject({
      reason: 'PRESET_INVALID',
      violations: [{ field: Object.keys(query)[0] }],
    });
  });
});

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
    for (const gone of [
      service.library.endPresetExperiment({ presetId: 'noir' }, by('sarah')),
      service.library.getPresetExperiment({ presetId: 'noir' }, by('sarah')),
    ]) {
      await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND', reason: 'PRESET_EXPERIMENT_NOT_FOUND' });
    }
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
