/** What the threads of `image-threads.ts` can be asked for. Imports nothing that needs a build, so that it runs from source as well. */
import type { MessagePort } from 'node:worker_threads';
import type { SourceImage } from '../domain/image-processor.js';
import { enhancePixels } from './enhance-pixels.js';
import { drawSketch } from './sketch/draw-sketch.js';
import { pictureToSearch } from './sketch/picture-to-search.js';
import type { Watch } from './watch.js';

const works = { drawSketch, enhancePixels, pictureToSearch };

/** The works by name. */
export type Works = typeof works;

/** What a thread is sent. */
export interface Order<Name extends keyof Works = keyof Works> {
  readonly name: Name;
  readonly task: Parameters<Works[Name]>[0];
  /** Shared; not 0 once nobody wants the answer any more. */
  readonly cancelled: Int32Array;
  /** Takes fractions that are done. */
  readonly port: MessagePort;
}

/** Errors lose their type between threads; one of the work itself is told as an answer, so that it is not taken for one of the thread. */
export type Answer<Made> = { readonly made: Made } | { readonly damaged: string };

/** Does a work. */
export async function work({ name, task, cancelled, port }: Order): Promise<Answer<unknown>> {
  const watch: Watch = {
    throwIfCancelled: () => {
      if (Atomics.load(cancelled, 0) !== 0) throw new Error('cancelled');
    },
    progress: (fraction) => port.postMessage(fraction),
  };
  try {
    const asked: (task: never, watch: Watch) => Promise<unknown> = works[name];
    return { made: await asked({ ...task, source: withBuffer(task.source) } as never, watch) };
  } catch (error) {
    return { damaged: String(error) };
  } finally {
    port.close();
  }
}

/** Buffers arrive as plain byte arrays. */
function withBuffer(source: SourceImage): SourceImage {
  const { buffer, byteOffset, length } = source.bytes;
  return { ...source, bytes: Buffer.from(buffer, byteOffset, length) };
}
