import { createEventSource } from 'eventsource-client';
import { open } from './call.js';
import { connection } from './connection.js';
import { ProblemError } from './problem.js';

/** One event of a stream; `data` is its JSON. */
export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/**
 * Follows a stream of server-sent events until it is told to end. A broken connection is made again with `Last-Event-ID`, so
 * nothing is missed. `onEvent` answers `end` when nothing can follow. A refusal ends it: asking again would change nothing.
 */
export function followEvents(path: string, onEvent: (event: StreamEvent) => 'end' | void): { close(): void } {
  const source = createEventSource({
    url: new URL(path, location.origin),
    fetch: (url, init) =>
      open(url, init as RequestInit).catch((error: unknown) => {
        if (isFinal(error)) source.close();
        throw error;
      }) as never,
    onMessage({ event, id, data }) {
      connection.found();
      if (onEvent({ event: event ?? 'message', id, data: JSON.parse(data) as unknown }) === 'end') source.close();
    },
  });
  return { close: () => source.close() };
}

function isFinal(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status } = error.problem;
  return status >= 400 && status < 500 && status !== 429;
}
