import { PresetVisibility } from '@atelier/contracts/presets/v1';
import { sql } from 'kysely';
import {
  apply,
  by,
  create,
  database,
  noir,
  experiment,
  read,
  service,
  shared,
  startLibrary,
  update,
  useLibrary,
  versions,
} from './running-preset-library.js';

useLibrary();

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
