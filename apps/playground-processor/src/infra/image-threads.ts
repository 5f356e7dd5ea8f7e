import { availableParallelism } from 'node:os';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { type ImageContext, ImageRefused, type ProcessedImage } from '../domain/image-processor.js';
import { damaged } from './image-pixels.js';
import type { Answer, Order, Works } from './image-thread.js';

/** After so many milliseconds without work a thread ends and gives its memory back; a new one is slower until its code is compiled. */
const idleMs = 60_000;

/**
 * Threads in which images are decoded and worked on in several passes. Each pass leaves a buffer of up to 150 MB, for which V8
 * collects garbage; that takes milliseconds in a thread that has nothing else, and a tenth of a second where a whole service lives.
 */
@Injectable()
export class ImageThreads implements OnApplicationShutdown {
  readonly #pool: Piscina;

  constructor(threads = availableParallelism()) {
    const isSource = import.meta.url.endsWith('.ts');
    this.#pool = new Piscina({
      filename: new URL(`./image-thread.${isSource ? 'ts' : 'js'}`, import.meta.url).href,
      name: 'work',
      execArgv: isSource ? ['--import', new URL('../../../../tools/typescript-sources.mjs', import.meta.url).href] : [],
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: idleMs,
      atomics: 'disabled',
    });
    // Threads that die by themselves fail their task; the next task gets a new thread.
    this.#pool.on('error', () => {});
  }

  /**
   * Rejects with an ImageRefused for whatever is said about the image, and with the signal's reason when it is aborted, but not
   * before the pass that runs has ended: until then its memory is in use.
   */
  async run<Name extends keyof Works>(
    name: Name,
    task: Order<Name>['task'],
    { signal, onProgress }: Pick<ImageContext, 'signal' | 'onProgress'>,
  ): Promise<Awaited<ReturnType<Works[Name]>>> {
    signal.throwIfAborted();
    const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const cancel = (): void => void Atomics.store(cancelled, 0, 1);
    const { port1: heard, port2: port } = new MessageChannel();
    heard.on('message', onProgress);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const order: Order<Name> = { name, task, cancelled, port };
      const answer = (await this.#pool.run(order, { transferList: [port] })) as Answer<
        Awaited<ReturnType<Works[Name]>>
      >;
      for (let told = receiveMessageOnPort(heard); told; told = receiveMessageOnPort(heard)) onProgress(told.message);
      signal.throwIfAborted();
      if ('damaged' in answer) throw new ImageRefused(damaged, { cause: new Error(answer.damaged) });
      return answer.made;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      heard.close();
    }
  }

  /** Last of all, so that no work that still runs loses its thread. */
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Buffers of a thread arrive as plain byte arrays. */
export function asBuffer(image: ProcessedImage): ProcessedImage {
  const { buffer, byteOffset, length } = image.bytes;
  return { ...image, bytes: Buffer.from(buffer, byteOffset, length) };
}
