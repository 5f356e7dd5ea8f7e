import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { ImageRefused } from '../../domain/image-processor.js';
import type { TextAnswer, TextRegion, TextTask } from './detect-text.js';

/** Limits of text detection. */
export interface TextDetectionLimits {
  /** From the request to the answer, waiting for the thread included. */
  readonly deadlineMs: number;
  /** Pictures that may wait for the thread. */
  readonly maxQueued: number;
  /** After so long without work the thread ends and gives its memory back; loading the models again takes about a second. */
  readonly idleMs: number;
}

// Node runs the TypeScript source of a thread as it is, so sources need no build.
const threadFile = new URL(`./detect-text.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;

const usualLimits: TextDetectionLimits = { deadlineMs: 60_000, maxQueued: 64, idleMs: 60_000 };

/** The thread in which text is looked for, one picture at a time: the models take much memory, and what they compute can't be cancelled. */
@Injectable()
export class TextThread implements OnApplicationShutdown {
  readonly #pool: Piscina;

  constructor(
    private readonly limits: TextDetectionLimits = usualLimits,
    filename = threadFile,
  ) {
    this.#pool = new Piscina({
      filename,
      name: 'detectText',
      execArgv: [],
      minThreads: 0,
      maxThreads: 1,
      maxQueue: limits.maxQueued,
      idleTimeout: limits.idleMs,
      atomics: 'disabled',
    });
    // A thread that dies by itself has no task to fail; the next task gets a new thread.
    this.#pool.on('error', () => {});
  }

  /** Rejects with an ImageRefused when it takes too long or is not to be had here. */
  async detectText(task: TextTask, signal: AbortSignal): Promise<readonly TextRegion[]> {
    const deadline = AbortSignal.timeout(this.limits.deadlineMs);
    let answer: TextAnswer;
    try {
      // An aborted task takes its thread with it: detection itself can't be interrupted.
      answer = (await this.#pool.run(task, { signal: AbortSignal.any([signal, deadline]) })) as TextAnswer;
    } catch (error) {
      signal.throwIfAborted();
      const message = deadline.aborted ? 'took too long' : 'failed';
      throw new ImageRefused(`Looking for text in the image ${message}; it can be prepared with text: keep.`, {
        cause: error,
      });
    }
    if ('regions' in answer) return answer.regions;
    const message = 'Text can’t be looked for on this installation, its models can’t be loaded; text: keep works.';
    throw new ImageRefused(message, { cause: new Error(answer.unavailable) });
  }

  /** Last of all, so that no work that still runs loses its thread. */
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.destroy();
  }
}
