import { LRUCache } from 'lru-cache';
import type { RenderedFile } from './output-format.js';
import { renderImage, type ImageJob } from './render-image.js';
import { renderVideo, type VideoJob } from './render-video.js';

const RENDERS_AT_ONCE = 2;
const KEPT_BYTES = 64 * 1024 * 1024;

/** A file to render. */
export type RenderJob = ImageJob | VideoJob;

/** Renders at most two files at a time and keeps the latest 64 MiB, since any file can be rendered again. */
export class RenderingStudio {
  readonly #files = new LRUCache<string, RenderedFile>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (file) => Math.max(1, file.bytes.length),
  });
  readonly #inProgress = new Map<string, Promise<RenderedFile>>();
  readonly #waiting: (() => void)[] = [];
  #free = RENDERS_AT_ONCE;

  /** `key` names the file: asked for again, it comes from memory or joins the rendering under way. */
  render(key: string, createJob: () => Promise<RenderJob>): Promise<RenderedFile> {
    const kept = this.#files.get(key);
    if (kept) return Promise.resolve(kept);
    const running = this.#inProgress.get(key);
    if (running) return running;
    const rendering = this.renderOnce(createJob)
      .then((file) => {
        this.#files.set(key, file);
        return file;
      })
      .finally(() => this.#inProgress.delete(key));
    this.#inProgress.set(key, rendering);
    return rendering;
  }

  /** Renders without keeping the file, for answers that carry their bytes. */
  async renderOnce(createJob: () => Promise<RenderJob>): Promise<RenderedFile> {
    await this.#enter();
    try {
      const job = await createJob();
      return job.kind === 'image' ? await renderImage(job) : await renderVideo(job);
    } finally {
      this.#leave();
    }
  }

  #enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
