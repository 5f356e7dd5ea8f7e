import { availableParallelism } from 'node:os';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { ImageRefused } from '../../domain/image-processor.js';
import type { TextAnswer, TextRegion, TextTask } from './detect-text.js';
import type { PaletteColour, PaletteTask } from './extract-palette.js';
import type { LineTask } from './find-lines.js';
import type { PaintTask } from './paint-over.js';

/** Limits of text detection; the rest of sketch preparation takes as long as it takes to compute. */
export interface TextDetectionLimits {
  /** From the request to the answer, waiting for the thread included. */
  readonly deadlineMs: number;
  /** Pictures that may wait for the thread. */
  readonly maxQueued: number;
  /** After so long without work the thread ends and gives its memory back; loading the models again takes about a second. */
  readonly idleMs: number;
}

const usualLimits: TextDetectionLimits = { deadlineMs: 60_000, maxQueued: 64, idleMs: 60_000 };

/** The threads of sketch preparation: what is computed in JavaScript or WebAssembly must not stand in the way of requests. */
@Injectable()
export class SketchThreads implements OnApplicationShutdown {
  readonly #pixels: Piscina;
  readonly #text: Piscina;

  constructor(
    private readonly limits: TextDetectionLimits = usualLimits,
    textFile = threadFile('detect-text'),
  ) {
    const common = { execArgv: [], minThreads: 0, atomics: 'disabled' as const };
    this.#pixels = new Piscina({ ...common, maxThreads: availableParallelism(), idleTimeout: 10_000 });
    this.#text = new Piscina({
      ...common,
      filename: textFile,
      name: 'detectText',
      maxThreads: 1,
      maxQueue: limits.maxQueued,
      idleTimeout: limits.idleMs,
    });
    // Threads that die by themselves have no task to fail; the next task gets a new thread.
    for (const pool of [this.#pixels, this.#text]) pool.on('error', () => {});
  }

  findLines(task: LineTask, signal: AbortSignal): Promise<Uint8Array> {
    return this.#compute('find-lines', 'findLines', task, signal);
  }

  extractPalette(task: PaletteTask, signal: AbortSignal): Promise<readonly PaletteColour[]> {
    return this.#compute('extract-palette', 'extractPalette', task, signal);
  }

  paintOver(task: PaintTask, signal: AbortSignal): Promise<Uint8Array> {
    return this.#compute('paint-over', 'paintOver', task, signal);
  }

  /** Rejects with an ImageRefused when it takes too long or is not to be had here. */
  async detectText(task: TextTask, signal: AbortSignal): Promise<readonly TextRegion[]> {
    const deadline = AbortSignal.timeout(this.limits.deadlineMs);
    let answer: TextAnswer;
    try {
      // An aborted task takes its thread with it: detection itself can't be interrupted.
      answer = (await this.#text.run(task, { signal: AbortSignal.any([signal, deadline]) })) as TextAnswer;
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
    await Promise.all([this.#pixels.destroy(), this.#text.destroy()]);
  }

  async #compute<Answer>(file: string, name: string, task: unknown, signal: AbortSignal): Promise<Answer> {
    try {
      return (await this.#pixels.run(task, { filename: threadFile(file), name, signal })) as Answer;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
}

/** Node runs the TypeScript source of a thread as it is, so sources need no build. */
function threadFile(name: string): string {
  return new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;
}
