import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** One event of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** Keeps proxies from taking a silent stream for a dead one. */
const heartbeatMs = 15_000;
const retryMs = 2_000;

/**
 * Answers a stream of events. A slow reader holds the source up instead of filling memory; when it leaves, the source is
 * returned (and the caller's abort signal fires). A source that fails ends the stream: clients resume by Last-Event-ID.
 */
export async function sendEvents(reply: FastifyReply, events: AsyncIterable<ServerSentEvent>): Promise<void> {
  reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // nginx would hold events back.
    'x-accel-buffering': 'no',
  });
  await reply.send(Readable.from(withHeartbeats(events), { objectMode: false, highWaterMark: 16_384 }));
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
