import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Observable } from 'rxjs';

/**
 * A server stream from an async generator that is asked for the next message only when the last one has left: a slow
 * reader holds up its own stream and nothing piles up. Unsubscribing (the caller went away) aborts the signal.
 */
export function pacedStream<Message>(
  call: Writable,
  messages: (signal: AbortSignal) => AsyncIterable<Message>,
): Observable<Message> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const { signal } = abort;
    const send = async (): Promise<void> => {
      for await (const message of messages(signal)) {
        subscriber.next(message);
        // An abort ends the wait and, with it, the stream.
        if (call.writableNeedDrain && !signal.aborted) await once(call, 'drain', { signal }).catch(() => {});
      }
    };
    send().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => abort.abort();
  });
}
