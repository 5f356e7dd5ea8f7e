import { RecordPresetUsesRequest } from '@atelier/contracts/presets/v1';
import { callAs } from '@atelier/testing';
import { sql } from 'kysely';
import { SqlPresetUses } from '../src/infra/sql-preset-uses.js';
import {
  apply,
  by,
  byGateway,
  clock,
  create,
  database,
  generated,
  popular,
  read,
  service,
  shared,
  startLibrary,
  useLibrary,
} from './running-preset-library.js';

useLibrary();

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
