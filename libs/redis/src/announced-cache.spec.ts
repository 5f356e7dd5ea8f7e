import { AnnouncedCache } from './announced-cache.js';
import type { RedisLink } from './redis-link.js';

/** What processes share: one database with its clock and announcements, and one Redis. */
class Surroundings {
  nowMs = 1_000_000;
  stored = 'old';
  reads = 0;
  /** Writes reach nothing, as when Redis is away. */
  deaf = false;
  readonly shared = new Map<string, string>();
  readonly #listeners = new Set<{ hear: (payload: string) => void; again: () => void }>();
  readonly #redis = {
    get: async (key: string) => this.shared.get(key) ?? null,
    set: async (key: string, value: string) => void (this.deaf || this.shared.set(key, value)),
    del: async (key: string) => void (this.deaf || this.shared.delete(key)),
  };

  async process({ withRedis = true } = {}) {
    const cache = new AnnouncedCache<string>({
      name: 'announced_test',
      version: '1',
      ttlMs: 600_000,
      maxEntries: 10,
      link: withRedis
        ? ({
            state: 'up',
            run: (command: (redis: unknown) => Promise<unknown>) => command(this.#redis),
          } as unknown as RedisLink)
        : undefined,
      announcements: {
        listen: async (_channel, hear, again = () => {}) => {
          const listener = { hear, again };
          this.#listeners.add(listener);
          again();
          return { close: async () => void this.#listeners.delete(listener) };
        },
      },
      channel: 'changed',
      databaseNowMs: async () => this.nowMs,
    });
    await cache.start();
    return { cache, read: () => cache.get('k', this.load) };
  }

  readonly load = async (): Promise<string> => {
    this.reads += 1;
    return this.stored;
  };

  announce(): void {
    for (const { hear } of this.#listeners) hear(`k ${this.nowMs}`);
  }

  reconnect(): void {
    for (const { again } of this.#listeners) again();
  }

  later(ms = 60_000): void {
    this.nowMs += ms;
  }
}

const settle = () => new Promise(setImmediate);

describe('a cache of announced changes', () => {
  it('reads once, and again after a change was announced', async () => {
    const all = new Surroundings();
    const { read } = await all.process();
    expect([await read(), await read(), all.reads]).toEqual(['old', 'old', 1]);
    all.stored = 'new';
    all.announce();
    expect([await read(), all.reads]).toEqual(['new', 2]);
  });

  it('shows a process its own change before anything is announced, whatever Redis still holds', async () => {
    const all = new Surroundings();
    const { cache, read } = await all.process();
    await read();
    all.deaf = true;
    all.stored = 'new';
    await cache.forget('k');
    expect(await read()).toBe('new');
  });

  it('shares what was read with processes that already listened', async () => {
    const all = new Surroundings();
    const [one, other] = [await all.process(), await all.process()];
    await other.cache.get('another', all.load);
    all.later();
    await one.read();
    await settle();
    expect([await other.read(), all.reads]).toEqual(['old', 2]);
  });

  it('does not believe what Redis kept from before a change, in processes that heard of it', async () => {
    const all = new Surroundings();
    const [one, other] = [await all.process(), await all.process()];
    await one.read();
    await settle();
    all.later();
    all.deaf = true;
    all.stored = 'new';
    all.announce();
    expect([await one.read(), await other.read()]).toEqual(['new', 'new']);
  });

  it('does not believe what Redis kept from before it began or was cut off', async () => {
    const all = new Surroundings();
    const one = await all.process();
    await one.read();
    await settle();
    all.later();
    all.stored = 'new';
    const young = await all.process();
    expect(await young.read()).toBe('new');
    all.stored = 'newest';
    all.reconnect();
    expect(await one.read()).toBe('newest');
  });

  it('believes Redis again once what it holds was read long enough after a change', async () => {
    const all = new Surroundings();
    const [one, other] = [await all.process(), await all.process()];
    await other.cache.get('another', all.load);
    all.announce();
    all.later();
    await one.read();
    await settle();
    const before = all.reads;
    expect([await other.read(), all.reads]).toEqual(['old', before]);
  });

  it('believes Redis again after its own change, too', async () => {
    const all = new Surroundings();
    const [one, other] = [await all.process(), await all.process()];
    await one.cache.get('another', all.load);
    await one.cache.forget('k');
    all.later();
    await other.read();
    await settle();
    const before = all.reads;
    expect([await one.read(), all.reads]).toEqual(['old', before]);
  });

  it('keeps what was read on the way, unless something changed meanwhile', async () => {
    const all = new Surroundings();
    const { cache } = await all.process();
    (await cache.reading('k'))('read');
    expect(cache.peek('k')).toBe('read');
    const keep = await cache.reading('k');
    all.announce();
    keep('late');
    expect(await cache.find('k')).toBeUndefined();
  });

  it('does not keep what was being loaded when a change was announced', async () => {
    const all = new Surroundings();
    const { cache } = await all.process({ withRedis: false });
    let finish = (_value: string): void => {};
    const slow = cache.get('k', () => new Promise((resolve) => (finish = resolve)));
    await settle();
    all.announce();
    finish('old');
    expect(await slow).toBe('old');
    expect(cache.peek('k')).toBeUndefined();
  });
});
