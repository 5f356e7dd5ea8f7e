import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { toProblem } from './problem.js';
import { slowReaders } from './slow-readers.js';

/** One event of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** How long a reader that takes nothing is waited for, and then for the rest of what was sent to it, in milliseconds. */
export interface ReaderPatience {
  readonly stallMs: number;
  readonly farewellMs: number;
}

const usualPatience: ReaderPatience = { stallMs: 30_000, farewellMs: 10_000 };
/** Keeps proxies from taking a silent stream for a dead one. */
const heartbeatMs = 15_000;
const retryMs = 2_000;

/**
 * Answers a stream of events. A slow reader holds the source up instead of filling memory; one that takes nothing any more
 * gets the event `closed` with the reason behind what it has not read, and is cut off. When a reader leaves, the source is
 * returned (and the caller's abort signal fires). A source that fails ends the stream: clients resume by Last-Event-ID.
 */
export async function sendEvents(
  reply: FastifyReply,
  events: AsyncIterable<ServerSentEvent>,
  { stallMs, farewellMs }: ReaderPatience = usualPatience,
): Promise<void> {
  reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // nginx would hold events back.
    'x-accel-buffering': 'no',
  });
  const { raw } = reply.hijack();
  raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  try {
    for await (const text of withHeartbeats(events)) {
      if (raw.destroyed) return;
      if (raw.write(text) || (await isTaken(raw, stallMs))) continue;
      slowReaders.inc({ stream: 'sse' });
      raw.write(format({ event: 'closed', data: toProblem(gatewayErrors.READER_TOO_SLOW(), reply.request.id) }));
      break;
    }
  } catch {
    // Said or logged where it arose. Without an end the client knows that there is more to come for.
    return void raw.destroy();
  }
  endWithin(raw, farewellMs);
}

/** True when the reader has taken what waits for it, or has left; false when it does not in time. */
async function isTaken(raw: ServerResponse, stallMs: number): Promise<boolean> {
  const done = new AbortController();
  const stalled = setTimeout(() => done.abort(), stallMs);
  try {
    await Promise.race(['drain', 'close'].map((event) => once(raw, event, { signal: done.signal })));
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(stalled);
    done.abort();
  }
}

/** Nobody keeps a connection by not reading the end of its answer. */
function endWithin(raw: ServerResponse, farewellMs: number): void {
  const cut = setTimeout(() => raw.destroy(), farewellMs).unref();
  raw.once('close', () => clearTimeout(cut)).once('finish', () => clearTimeout(cut));
  raw.end();
}

async function* withHeartbeats(events: AsyncIterable<ServerSentEvent>): AsyncGenerator<string> {
  const source = events[Symbol.asyncIterator]();
  yield `retry: ${retryMs}\n\n`;
  try {
    for (;;) {
      const next = source.next();
      // Whoever reads this stream hears its end; the failure itself was answered or logged where it arose.
      next.catch(() => {});
      let heard = await orSilence(next);
      for (; heard === 'silence'; heard = await orSilence(next)) yield ': still here\n\n';
      if (heard.done) return;
      yield format(heard.value);
    }
  } finally {
    await source.return?.();
  }
}

async function orSilence<Result>(next: Promise<Result>): Promise<Result | 'silence'> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silence'>(
    (resolve) => (timer = setTimeout(() => resolve('silence'), heartbeatMs).unref()),
  );
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function format({ id, event, data }: ServerSentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
