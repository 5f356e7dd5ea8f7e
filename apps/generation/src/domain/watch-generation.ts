import { type GenerationEvent, hasEnded, isTerminalEvent } from './generation.js';
import type { GenerationReader } from './ports.js';

/** What watching needs. */
export interface WatchTools {
  readonly reader: Pick<GenerationReader, 'events' | 'find'>;
  /** Calls `wake` when there may be news, until the returned function is called. */
  readonly watch: (generationId: string, wake: () => void) => () => void;
  /** Calls `wake` after a while in case a hint was missed; returns what stops it. */
  readonly after: (ms: number, wake: () => void) => () => void;
}

/** Events read at once: what a slow reader can make us hold. */
const pageSize = 16;
const longestSilenceMs = 5_000;

/**
 * The events of a generation after a sequence, then new ones, up to the terminal one. Always read by sequence, so none is
 * missed and none repeated. Ends early when the signal aborts.
 */
export async function* watchGeneration(
  tools: WatchTools,
  generationId: string,
  afterSequence: number,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent> {
  let last = afterSequence;
  while (!signal.aborted) {
    // Listening begins before reading: what comes in between wakes at once.
    const news = hint(tools, generationId, signal);
    try {
      const events = await tools.reader.events(generationId, last, pageSize);
      for (const event of events) {
        yield event;
        last = event.sequence;
        if (isTerminalEvent(event.type)) return;
      }
      if (events.length === pageSize) continue;
      if (events.length === 0) {
        const generation = await tools.reader.find(generationId);
        if (!generation || (hasEnded(generation) && generation.lastSequence <= last)) return;
      }
      await news.heard;
    } finally {
      news.stop();
    }
  }
}

function hint({ watch, after }: WatchTools, generationId: string, signal: AbortSignal) {
  let wake = (): void => {};
  const heard = new Promise<void>((resolve) => (wake = resolve));
  const unwatch = watch(generationId, wake);
  const cancel = after(longestSilenceMs, wake);
  signal.addEventListener('abort', wake, { once: true });
  const stop = (): void => {
    unwatch();
    cancel();
    signal.removeEventListener('abort', wake);
  };
  return { heard, stop };
}
