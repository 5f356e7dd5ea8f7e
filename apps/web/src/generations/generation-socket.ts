import type { Generation } from '../api/gen/api.js';
import { session } from '../api/session.js';

const firstWaitMs = 1_000;
const longestWaitMs = 15_000;
const idleMs = 20_000;

type Listener = (generation: Generation) => void;
interface Followed {
  /** Sequence of the latest event seen: where to resume. */
  after: number;
  readonly listeners: Set<Listener>;
}
type Message =
  | { readonly type: 'event'; readonly id: string; readonly sequence: number; readonly data: Generation }
  | { readonly type: 'end' | 'error'; readonly id?: string };

const followed = new Map<string, Followed>();
let socket: WebSocket | undefined;
let openedWith: string | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let idle: ReturnType<typeof setTimeout> | undefined;
let waitMs = firstWaitMs;

/**
 * Follows a generation until it ends or the answered function is called. All share one WebSocket, because a browser opens
 * only six connections to a server. A lost one is made again and resumes where it was; meanwhile whoever needs to know asks.
 */
export function followGeneration(id: string, listener: Listener): () => void {
  const entry = followed.get(id) ?? { after: 0, listeners: new Set() };
  entry.listeners.add(listener);
  // Somebody else signed in: a connection speaks for the one who made it.
  if (openedWith !== session.credentials()) drop();
  if (!followed.has(id)) {
    followed.set(id, entry);
    if (socketIsOpen()) subscribe(id, entry);
    else connect();
  }
  return () => {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0 || followed.get(id) !== entry) return;
    followed.delete(id);
    if (socketIsOpen()) send({ type: 'unsubscribe', id });
    rest();
  };
}

/** Whether changes arrive by themselves. */
export function socketIsOpen(): boolean {
  return socket?.readyState === WebSocket.OPEN;
}

function connect(): void {
  const credentials = session.credentials();
  if (socket || credentials === null) return;
  clearTimeout(retry);
  const address = new URL('/api/v1/generations/ws', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const opening = new WebSocket(address, ['atelier.v1', `bearer.${credentials}`]);
  socket = opening;
  openedWith = credentials;
  opening.addEventListener('open', () => {
    waitMs = firstWaitMs;
    for (const [id, entry] of followed) subscribe(id, entry);
  });
  opening.addEventListener('message', ({ data }) => hear(JSON.parse(String(data)) as Message));
  opening.addEventListener('close', () => {
    if (socket !== opening) return;
    socket = undefined;
    if (followed.size === 0) return;
    retry = setTimeout(connect, waitMs);
    waitMs = Math.min(longestWaitMs, waitMs * 2);
  });
}

function hear(message: Message): void {
  const entry = message.id === undefined ? undefined : followed.get(message.id);
  if (!entry || message.id === undefined) return;
  if (message.type === 'event') {
    entry.after = Math.max(entry.after, message.sequence);
    for (const listener of entry.listeners) listener(message.data);
  } else {
    followed.delete(message.id);
    rest();
  }
}

/** With nothing to follow for a while there is nothing to hold open. */
function rest(): void {
  if (followed.size > 0) return;
  clearTimeout(retry);
  clearTimeout(idle);
  idle = setTimeout(() => {
    if (followed.size === 0) drop();
  }, idleMs);
}

function drop(): void {
  const closing = socket;
  socket = undefined;
  closing?.close();
}

function subscribe(id: string, { after }: Followed): void {
  send({ type: 'subscribe', id, after });
}

function send(message: object): void {
  socket?.send(JSON.stringify(message));
}
