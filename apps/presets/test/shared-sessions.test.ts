import { hasRedisServer, startRedisServer, type TestRedisServer } from '@atelier/testing';
import { sql } from 'kysely';
import { bySarah, database, now, start, usePresetsService } from './running-presets.js';

usePresetsService();

type Process = Awaited<ReturnType<typeof start>>;

(hasRedisServer() ? describe : describe.skip)('sessions that processes share through Redis', () => {
  let redis: TestRedisServer;
  const open: Process[] = [];
  beforeEach(async () => {
    redis = await startRedisServer();
  });
  afterEach(async () => {
    redis.thaw();
    for (const { client, running } of open.splice(0)) {
      client.close();
      await running.close();
    }
    await redis.close();
  });

  const another = async (): Promise<Process> => {
    const started = await start({ REDIS_URL: redis.url });
    open.push(started);
    return started;
  };
  const record = ({ client }: Process, generationId: string) =>
    client.recordSessionResult(
      {
        sessionId: 's-1',
        ownerId: '',
        entry: { generationId, prompt: '', imageUrl: `${generationId}.png`, contentType: 'image/png', createTime: now },
      },
      bySarah,
    );
  const worksOn = async ({ client }: Process, sessionId = 's-1') => {
    const request = { tags: [], sessionId, presetId: '', withPreferences: false };
    return (await client.resolvePlanContext(request, bySarah)).session?.workingImageUrl;
  };

  it('are read by one and known to the others, with their times', async () => {
    const [one, other] = [await another(), await another()];
    await worksOn(other, 'unrelated');
    await sql`insert into presets.sessions values ('sarah', 's-1', 'chosen.png', ${now}, ${now}, ${now})`.execute(
      database.kysely(),
    );
    expect(await worksOn(one)).toBe('chosen.png');
    // On the same connection after it: what was written behind that answer is in Redis now.
    await worksOn(one, 'another');
    await sql`truncate presets.sessions`.execute(database.kysely());
    expect(await worksOn(other)).toBe('chosen.png');
    // Nobody announced anything, but who comes new can't know that.
    expect(await worksOn(await another())).toBe('');
  });

  it('never are what they were before a change, though Redis slept through it', async () => {
    const [one, other] = [await another(), await another()];
    await record(one, 'first');
    expect([await worksOn(one), await worksOn(other)]).toEqual(['first.png', 'first.png']);
    redis.freeze();
    await record(one, 'second');
    redis.thaw();
    expect([await worksOn(one), await worksOn(other), await worksOn(await another())]).toEqual([
      'second.png',
      'second.png',
      'second.png',
    ]);
  });

  it('go on without Redis', async () => {
    const one = await another();
    await redis.kill();
    await record(one, 'first');
    expect(await worksOn(one)).toBe('first.png');
    await record(one, 'second');
    expect(await worksOn(one)).toBe('second.png');
  });
});
