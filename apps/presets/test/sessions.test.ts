import { callAs } from '@atelier/testing';
import {
  byOmar,
  byService,
  bySarah,
  client,
  clock,
  context,
  minutesAgo,
  now,
  record,
  sessions,
  start,
  usePresetsService,
} from './running-presets.js';

usePresetsService();

const choose = (sessionId: string, what: { imageUrl?: string; generationId?: string }, by = bySarah) =>
  sessions.setWorkingImage({ sessionId, imageUrl: undefined, generationId: undefined, ...what }, by);
const worksOn = async (sessionId: string, by = bySarah) => (await context({ sessionId }, by)).session?.workingImageUrl;
const list = (pageSize = 0, pageToken = '', by = bySarah) => sessions.listSessions({ pageSize, pageToken }, by);
const later = (minutes: number): void => void (clock.time = minutesAgo(-minutes));

describe('the working image', () => {
  beforeEach(async () => {
    await record('s-1', 'first', { createTime: minutesAgo(9) });
    await record('s-1', 'second', { createTime: minutesAgo(5) });
  });

  it('steps back to an earlier output, until the next result', async () => {
    const { session } = await choose('s-1', { generationId: 'first' });
    expect(session).toMatchObject({ workingImageUrl: 'first.png', lastGenerationId: 'second' });
    expect(session?.history).toHaveLength(2);
    expect(await worksOn('s-1')).toBe('first.png');
    later(2);
    await record('s-1', 'third', { createTime: minutesAgo(-1) });
    expect(await worksOn('s-1')).toBe('third.png');
  });

  it('stays as chosen when an older result arrives late, a video, or one a second time', async () => {
    await choose('s-1', { imageUrl: 'upload-1' });
    await record('s-1', 'late', { createTime: minutesAgo(7) });
    await record('s-1', 'second', { createTime: minutesAgo(5) });
    later(2);
    await record('s-1', 'film', { createTime: minutesAgo(-1), contentType: 'video/mp4' });
    expect(await worksOn('s-1')).toBe('upload-1');
  });

  it('can be taken away, and comes back with the next result', async () => {
    await choose('s-1', {});
    expect(await worksOn('s-1')).toBe('');
    later(2);
    await record('s-1', 'third', { createTime: minutesAgo(-1) });
    expect(await worksOn('s-1')).toBe('third.png');
  });

  it('is the latest image again when the chosen generation is deleted', async () => {
    await choose('s-1', { generationId: 'first' });
    await client.forgetSessionResult({ sessionId: 's-1', ownerId: 'sarah', generationId: 'first' }, byService);
    expect(await worksOn('s-1')).toBe('second.png');
  });

  it.each([
    ['a generation of another session', { generationId: 'elsewhere' }, 'SESSION_INVALID', 'generation_id'],
    ['a generation without an image', { generationId: 'film' }, 'SESSION_INVALID', 'generation_id'],
    ['an image elsewhere', { imageUrl: 'https://evil.test/a.png' }, 'IMAGE_HOST_NOT_ALLOWED', 'image_url'],
    ['a local path', { imageUrl: '/etc/passwd' }, 'REFERENCE_INVALID', 'image_url'],
  ])('is never %s', async (_name, what, reason, field) => {
    await record('s-2', 'elsewhere');
    await record('s-1', 'film', { contentType: 'video/mp4', createTime: minutesAgo(20) });
    await expect(choose('s-1', what)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason,
      violations: [expect.objectContaining({ field })],
    });
    expect(await worksOn('s-1')).toBe('second.png');
  });

  it('is seen by other processes as soon as they hear of it', async () => {
    const other = await start();
    const read = async (): Promise<string | undefined> => {
      const request = { tags: [], sessionId: 's-1', presetId: '', withPreferences: false };
      return (await other.client.resolvePlanContext(request, bySarah)).session?.workingImageUrl;
    };
    expect(await read()).toBe('second.png');
    await choose('s-1', { generationId: 'first' });
    // Long before what is kept would be read again.
    while ((await read()) !== 'first.png') await new Promise(setImmediate);
    other.client.close();
    await other.running.close();
  });
});

describe('sessions', () => {
  it('are listed by page, the latest changed first, and none twice', async () => {
    for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
      await record(`s-${id}`, `g-${id}`, { createTime: minutesAgo(60 - index) });
    }
    await record('s-b', 'film', { createTime: minutesAgo(1), contentType: 'video/mp4' });
    const first = await list(3);
    expect(first.sessions.map(({ sessionId }) => sessionId)).toEqual(['s-b', 's-d', 's-c']);
    expect(first.sessions[0]).toEqual({
      sessionId: 's-b',
      workingImageUrl: 'g-b.png',
      lastGenerationId: 'film',
      history: [],
      createTime: minutesAgo(59),
      updateTime: minutesAgo(1),
    });
    const second = await list(3, first.nextPageToken);
    expect(second.sessions.map(({ sessionId }) => sessionId)).toEqual(['s-a']);
    expect(second.nextPageToken).toBe('');
    await choose('s-a', {});
    expect((await list()).sessions[0]).toMatchObject({ sessionId: 's-a', workingImageUrl: '', updateTime: now });
  });

  it('are deleted with their history, and may begin again', async () => {
    await record('s-1', 'first');
    await context({ sessionId: 's-1' });
    await sessions.deleteSession({ sessionId: 's-1' }, bySarah);
    await expect(client.getSession({ sessionId: 's-1' }, bySarah)).rejects.toMatchObject({
      reason: 'SESSION_NOT_FOUND',
    });
    await expect(sessions.deleteSession({ sessionId: 's-1' }, bySarah)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await list()).sessions).toEqual([]);
    const { session } = await record('s-1', 'second');
    expect(session?.history.map(({ generationId }) => generationId)).toEqual(['second']);
  });

  it.each(['Li4v', Buffer.from('["x","s"]').toString('base64url'), Buffer.from('["1"]').toString('base64url'), 'é'])(
    'are not listed from the made-up token %s',
    async (pageToken) => {
      await expect(list(1, pageToken)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'PAGE_INVALID' });
    },
  );

  it('belong to their owner alone, with the same id too', async () => {
    await record('s-1', 'first');
    await record('s-1', 'omars', {}, byOmar);
    for (const call of [
      () => choose('s-2', {}, byOmar),
      () => sessions.deleteSession({ sessionId: 's-2' }, byOmar),
      () => choose('s-1', { generationId: 'first' }, byOmar),
    ]) {
      await record('s-2', 'first');
      await expect(call()).rejects.toMatchObject({ code: expect.stringMatching(/NOT_FOUND|INVALID_ARGUMENT/) });
    }
    await sessions.deleteSession({ sessionId: 's-1' }, byOmar);
    expect(await worksOn('s-1')).toBe('first.png');
    expect((await list(0, '', byOmar)).sessions).toEqual([]);
    const root = { context: callAs({ userId: 'root', scopes: ['admin'] }) };
    expect((await list(0, '', root)).sessions).toEqual([]);
  });
});
