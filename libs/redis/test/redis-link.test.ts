import { hasRedisServer, startRedisServer, type TestRedisServer } from '@atelier/testing';
import { RedisLink, type RedisState, RedisUnavailableError } from '../src/index.js';

const lines: unknown[] = [];
const logger = {
  info: (...line: unknown[]) => void lines.push(line),
  error: (...line: unknown[]) => void lines.push(line),
};
const ping = (link: RedisLink) => link.run((redis) => redis.ping());
const opened: { close(): unknown }[] = [];

async function server(...args: string[]): Promise<TestRedisServer> {
  const started = await startRedisServer(args);
  opened.push(started);
  return started;
}

/** A link that probes often, so that nobody waits a second, and is patient, because the machine may be busy. */
async function linkTo(url: string, more: object = {}): Promise<RedisLink> {
  const link = await RedisLink.open({ url, name: 'test', logger, probeEveryMs: 20, commandTimeoutMs: 10_000, ...more });
  opened.push(link);
  return link;
}

function becomes(link: RedisLink, wanted: RedisState): Promise<void> {
  return new Promise((resolve) => {
    const stop = link.onChange((state) => state === wanted && done());
    const done = (): void => {
      stop();
      resolve();
    };
    if (link.state === wanted) done();
  });
}

beforeEach(() => (lines.length = 0));
afterEach(async () => {
  for (const part of opened.splice(0).toReversed()) await part.close();
});

it('an absent Redis is no error: the link opens, says so, and refuses commands at once', async () => {
  const link = await linkTo('redis://:hunter2@127.0.0.1:1');
  expect(link.state).toBe('away');
  await expect(ping(link)).rejects.toBeInstanceOf(RedisUnavailableError);
  expect(JSON.stringify(lines)).toContain('every process works alone');
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

(hasRedisServer() ? describe : describe.skip)('a link to a Redis that fails', () => {
  it('says when a killed server is away, fails at once meanwhile, and comes back by itself', async () => {
    const redis = await server();
    const link = await linkTo(redis.url);
    expect(link.state).toBe('primary');
    expect(await ping(link)).toBe('PONG');
    const away = becomes(link, 'away');
    await redis.kill();
    await away;
    await expect(ping(link)).rejects.toBeInstanceOf(RedisUnavailableError);
    const back = becomes(link, 'primary');
    await redis.restart();
    await back;
    expect(await ping(link)).toBe('PONG');
  });

  it('gives up commands of a frozen server in time, takes it for away, and returns when it thaws', async () => {
    const redis = await server();
    const link = await linkTo(redis.url, { commandTimeoutMs: 50 });
    redis.freeze();
    const away = becomes(link, 'away');
    const outcomes = await Promise.allSettled([ping(link), ping(link), ping(link)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await away;
    expect(JSON.stringify(lines)).toContain('no answer within 50 ms');
    const back = becomes(link, 'primary');
    redis.thaw();
    await back;
    expect(await ping(link)).toBe('PONG');
    expect(link.report()).toMatchObject([{ name: 'primary', healthy: true }]);
    expect(link.report()[0]?.failed).toBeGreaterThanOrEqual(3);
  });

  it('notices a frozen server without any commands', async () => {
    const redis = await server();
    const link = await linkTo(redis.url, { commandTimeoutMs: 50 });
    redis.freeze();
    await becomes(link, 'away');
  });

  it('uses the backup while the primary is away, and until the primary has answered for a minute', async () => {
    const [primary, backup] = [await server(), await server()];
    let nowMs = 0;
    const link = await linkTo(primary.url, { backupUrl: backup.url, nowMs: () => nowMs });
    const fallen = becomes(link, 'backup');
    await primary.kill();
    await fallen;
    await link.run((redis) => redis.set('where', 'backup'));
    await primary.restart();
    await healthy(link, 'primary');
    nowMs = 59_000;
    expect(await link.run((redis) => redis.get('where'))).toBe('backup');
    const back = becomes(link, 'primary');
    nowMs = 61_000;
    await back;
    expect(await link.run((redis) => redis.get('where'))).toBeNull();
  });

  it('starts on the backup when the primary is absent', async () => {
    const backup = await server();
    const link = await linkTo('redis://127.0.0.1:1', { backupUrl: backup.url });
    expect(link.state).toBe('backup');
    expect(await ping(link)).toBe('PONG');
  });

  it('does not use a server that can’t be written', async () => {
    const redis = await server('--replicaof', '127.0.0.1 1', '--replica-read-only', 'yes');
    const link = await linkTo(redis.url);
    expect(link.state).toBe('away');
  });

  it('never writes the password into the log, nor a wrong one', async () => {
    const redis = await server('--requirepass', 'right-password');
    const url = redis.url.replace('redis://', 'redis://:wrong-password@');
    const link = await linkTo(url);
    expect(link.state).toBe('away');
    expect(JSON.stringify(lines)).toContain('WRONGPASS');
    expect(JSON.stringify(lines)).not.toContain('wrong-password');
  });

  it('refuses more commands than it may have under way, and an answer against a command is no outage', async () => {
    const redis = await server();
    const link = await linkTo(redis.url, { maxInFlight: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => ping(link)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const wrong = link.run((client) => client.call('NONSENSE'));
    await expect(wrong).rejects.toThrow(/unknown command/);
    expect(link.state).toBe('primary');
  });

  it('leaves nothing open when it is closed', async () => {
    const redis = await server();
    const watcher = await linkTo(redis.url);
    const link = await RedisLink.open({ url: redis.url, name: 'leaving', logger });
    const names = () => watcher.run((client) => client.client('LIST') as Promise<string>);
    expect(await names()).toContain('name=leaving');
    link.close();
    await expect(ping(link)).rejects.toBeInstanceOf(RedisUnavailableError);
    while ((await names()).includes('name=leaving'));
  });
});

/** Resolves when the server is up, whether or not it serves. */
async function healthy(link: RedisLink, name: 'primary' | 'backup'): Promise<void> {
  const isHealthy = () => link.report().some((node) => node.name === name && node.healthy);
  while (!isHealthy()) await new Promise(setImmediate);
}
