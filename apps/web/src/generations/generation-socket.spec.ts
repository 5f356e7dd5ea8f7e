import { jest } from '@jest/globals';
import { session } from '../api/session.js';
import { example } from './example-generation.js';

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  readonly sent: unknown[] = [];
  constructor(
    readonly url: URL,
    readonly protocols: string[],
  ) {
    super();
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.lose();
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  lose(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
  hear(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
}
function latest(): FakeSocket {
  const socket = FakeSocket.made.at(-1);
  if (!socket) throw new Error('no socket was made');
  return socket;
}

let followGeneration: typeof import('./generation-socket.js').followGeneration;
beforeEach(async () => {
  jest.useFakeTimers();
  jest.resetModules();
  FakeSocket.made = [];
  Object.assign(globalThis, { WebSocket: FakeSocket });
  session.open('atl_key');
  ({ followGeneration } = await import('./generation-socket.js'));
});
afterEach(() => {
  jest.useRealTimers();
  session.close('signed-out');
});

it('all generations share one connection, which carries the key as a protocol', () => {
  followGeneration('a', () => {});
  followGeneration('b', () => {});
  latest().open();
  expect(FakeSocket.made).toHaveLength(1);
  expect(latest().url.href).toMatch(/^ws:.*\/api\/v1\/generations\/ws$/);
  expect(latest().protocols).toEqual(['atelier.v1', 'bearer.atl_key']);
  expect(latest().sent).toEqual([
    { type: 'subscribe', id: 'a', after: 0 },
    { type: 'subscribe', id: 'b', after: 0 },
  ]);
});

it('a lost connection is made again and resumes behind the last event', () => {
  const heard: string[] = [];
  followGeneration('a', ({ status }) => heard.push(status));
  latest().open();
  latest().hear({ type: 'event', id: 'a', sequence: 3, event: 'progress', data: example });
  latest().lose();
  jest.advanceTimersByTime(1_000);
  latest().open();
  expect(FakeSocket.made).toHaveLength(2);
  expect(latest().sent).toEqual([{ type: 'subscribe', id: 'a', after: 3 }]);
  expect(heard).toEqual(['succeeded']);
});

it('what ended is not followed again, and a connection without use is closed', () => {
  followGeneration('a', () => {});
  const socket = latest();
  socket.open();
  socket.hear({ type: 'end', id: 'a' });
  jest.advanceTimersByTime(60_000);
  expect(socket.readyState).toBe(3);
  expect(FakeSocket.made).toHaveLength(1);
});

it('who signs in next gets a connection of their own', () => {
  followGeneration('a', () => {})();
  latest().open();
  session.open('atl_other');
  followGeneration('b', () => {});
  expect(FakeSocket.made.map(({ readyState }) => readyState)).toEqual([3, 0]);
  expect(latest().protocols).toContain('bearer.atl_other');
});
