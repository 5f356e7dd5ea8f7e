import { grpcErrors } from '@atelier/grpc';
import type { GenerationEvent } from '../domain/generation.js';
import type { GenerationReader } from '../domain/ports.js';
import { watchGeneration } from '../domain/watch-generation.js';
import type { EventHints } from './event-hints.js';

/** Open watches; all end when the service stops, and their readers go on elsewhere from the last sequence. */
export class Watchers {
  readonly #stopping = new AbortController();

  constructor(
    private readonly reader: Pick<GenerationReader, 'events' | 'find'>,
    private readonly hints: Pick<EventHints, 'watch'>,
  ) {}

  async *watch(generationId: string, afterSequence: number, gone: AbortSignal): AsyncGenerator<GenerationEvent> {
    const tools = {
      reader: this.reader,
      watch: (id: string, wake: () => void) => this.hints.watch(id, wake),
      after: (ms: number, wake: () => void) => {
        const timer = setTimeout(wake, ms);
        return () => clearTimeout(timer);
      },
    };
    const signal = AbortSignal.any([gone, this.#stopping.signal]);
    yield* watchGeneration(tools, generationId, afterSequence, signal);
    if (this.#stopping.signal.aborted) throw grpcErrors.SERVICE_UNAVAILABLE({ retryAfterMs: 1_000 });
  }

  stop(): void {
    this.#stopping.abort();
  }
}
