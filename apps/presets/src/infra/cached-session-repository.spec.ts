import type { Session, SessionEntry } from '../domain/session.js';
import type { SessionRepository } from '../domain/session-repository.js';
import { CachedSessionRepository } from './cached-session-repository.js';
import { sessionKey } from './session-key.js';

const entry: SessionEntry = {
  generationId: 'g',
  prompt: '',
  imageUrl: 'new',
  contentType: '',
  createTime: new Date(0),
};
const session = (...history: SessionEntry[]): Session => ({ sessionId: 's', history });

class MemorySessions implements SessionRepository {
  reads = 0;
  stored: Session = session();
  /** Holds the next read back after it has seen the stored session. */
  delay: Promise<void> | undefined;

  async find(): Promise<Session> {
    this.reads += 1;
    const seen = this.stored;
    await this.delay;
    return seen;
  }
  async record(): Promise<Session> {
    this.stored = session(entry);
    return this.stored;
  }
  async forget(): Promise<void> {
    this.stored = session();
  }
  async list(): Promise<Session[]> {
    return [this.stored];
  }
  async choose(): Promise<Session> {
    this.stored = { ...this.stored, choice: { imageUrl: 'chosen', time: new Date(1) } };
    return this.stored;
  }
  async delete(): Promise<boolean> {
    this.stored = session();
    return true;
  }
}

async function setUp() {
  const memory = new MemorySessions();
  let announce: (key: string) => void = () => {};
  let reconnect = (): void => {};
  const listen = async (_channel: string, onPayload: (key: string) => void, onReconnect?: () => void) => {
    announce = onPayload;
    reconnect = onReconnect ?? reconnect;
    onReconnect?.();
    return { close: async () => {} };
  };
  const cached = new CachedSessionRepository(memory, {
    announcements: { listen },
    databaseNowMs: async () => 0,
    ttlMs: 600_000,
  });
  await cached.start();
  return { memory, cached, announce: (key: string) => announce(`${key} 0`), reconnect: () => reconnect() };
}

it('reads a session once', async () => {
  const { memory, cached } = await setUp();
  await cached.find('sarah', 's');
  await cached.find('sarah', 's');
  expect(memory.reads).toBe(1);
});

it('never mixes owners, however ids are cut', async () => {
  const { memory, cached } = await setUp();
  await cached.find('sarah', 's-1');
  await cached.find('sarah"', 's-1');
  await cached.find('sara', 'hs-1');
  expect(memory.reads).toBe(3);
});

it('shows its own change at once', async () => {
  const { cached } = await setUp();
  await cached.find('sarah', 's');
  await cached.record('sarah', 's', entry);
  await expect(cached.find('sarah', 's')).resolves.toEqual(session(entry));
  await cached.forget('sarah', 's', entry.generationId);
  await expect(cached.find('sarah', 's')).resolves.toEqual(session());
  await cached.choose('sarah', 's', { imageUrl: 'chosen', time: new Date(1) });
  await expect(cached.find('sarah', 's')).resolves.toMatchObject({ choice: { imageUrl: 'chosen' } });
  await cached.delete('sarah', 's');
  await expect(cached.find('sarah', 's')).resolves.toEqual(session());
});

it('reads again after another process announced a change, and after announcements may have been missed', async () => {
  const { memory, cached, announce, reconnect } = await setUp();
  await cached.find('sarah', 's');
  announce(sessionKey('sarah', 's'));
  await cached.find('sarah', 's');
  reconnect();
  await cached.find('sarah', 's');
  expect(memory.reads).toBe(3);
});

it('does not keep what was read before a change that came in meanwhile', async () => {
  const { memory, cached } = await setUp();
  let goOn = (): void => {};
  memory.delay = new Promise((resolve) => (goOn = resolve));
  const slow = cached.find('sarah', 's');
  await new Promise(setImmediate);
  await cached.record('sarah', 's', entry);
  goOn();
  await expect(slow).resolves.toEqual(session());
  await expect(cached.find('sarah', 's')).resolves.toEqual(session(entry));
});
