import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { counter, gauge, type Logger, secondsHistogram } from '@atelier/service-defaults';
import type { RunOutcome } from '../domain/run-image.js';
import type { QueueFigures } from './queue-figures.js';

const everyMs = 5_000;

/** Usage figures of image jobs in /metrics, and whether the queue has room. */
export class ImageFigures implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly running = gauge({
    name: 'atelier_images_running',
    help: 'Images that this process works on: read, waiting for a core, decoded or stored',
    labelNames: ['type'],
  });
  private readonly seconds = secondsHistogram({
    name: 'atelier_image_seconds',
    help: 'Time from taking an image from the queue to its end; its count by time is images per second',
    labelNames: ['type', 'outcome'],
  });
  private readonly openJobs = gauge({
    name: 'atelier_image_jobs_open',
    help: 'Image jobs that have not ended, in all processes',
    labelNames: [],
  });
  private readonly openImages = gauge({
    name: 'atelier_images_open',
    help: 'Images that wait or are worked on, in all processes',
    labelNames: [],
  });
  private readonly refused = counter({
    name: 'atelier_image_jobs_refused_total',
    help: 'Image jobs that found no room in the queue',
    labelNames: ['limit'],
  });
  private full = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly read: () => Promise<QueueFigures>,
    private readonly maxOpenJobs: number,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {}

  onApplicationBootstrap(): void {
    void this.sample();
    this.timer = setInterval(() => void this.sample(), everyMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** True while new jobs are refused; some seconds old at most. */
  isFull(): boolean {
    return this.full;
  }

  /** A job found no room. */
  turnedAway(limit: 'all' | 'user'): void {
    this.refused.inc({ limit });
    if (limit === 'all') this.full = true;
  }

  /** The work on an image begins; the answer is told how it ended. */
  began(type: string): (outcome: RunOutcome) => void {
    const start = this.now();
    this.running.inc({ type });
    return (outcome) => {
      this.running.dec({ type });
      this.seconds.observe({ type, outcome }, (this.now() - start) / 1_000);
    };
  }

  /** Reads the figures that all processes share. Never rejects. */
  async sample(): Promise<void> {
    try {
      const { openJobs, openImages } = await this.read();
      this.openJobs.set(openJobs);
      this.openImages.set(openImages);
      this.full = openJobs >= this.maxOpenJobs;
    } catch (error) {
      this.logger.warn({ err: error }, 'the figures of the image queue could not be read');
    }
  }
}
