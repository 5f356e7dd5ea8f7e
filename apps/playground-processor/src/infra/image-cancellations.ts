import type { ImageRef } from '../domain/image-job-repository.js';
import type { Cancellations } from '../domain/run-image.js';

/** Aborts the images that this process works on when their job is cancelled, in whatever process that was asked for. */
export class ImageCancellations implements Cancellations {
  readonly #working = new Map<string, Set<AbortController>>();

  of({ ownerId, jobId }: Pick<ImageRef, 'ownerId' | 'jobId'>): ReturnType<Cancellations['of']> {
    const key = JSON.stringify([ownerId, jobId]);
    const controller = new AbortController();
    const working = this.#working.get(key) ?? new Set();
    this.#working.set(key, working.add(controller));
    const close = (): void => {
      working.delete(controller);
      if (working.size === 0 && this.#working.get(key) === working) this.#working.delete(key);
    };
    return { signal: controller.signal, close };
  }

  /** Jobs with images that are worked on here. */
  jobs(): readonly (readonly [ownerId: string, jobId: string])[] {
    return [...this.#working.keys()].map((key) => JSON.parse(key) as [string, string]);
  }

  /** Tells that a job was cancelled. */
  cancelled(ownerId: string, jobId: string): void {
    this.#working.get(JSON.stringify([ownerId, jobId]))?.forEach((controller) => controller.abort());
  }
}
