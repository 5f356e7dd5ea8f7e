import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerProcess, startPrometheus } from '@atelier/local-servers';
import type { Replica } from './service-version.js';

/** A Prometheus that scrapes whatever replicas there are. */
export class Observed {
  readonly #targets: string;
  readonly #server: ServerProcess;

  private constructor(targets: string, server: ServerProcess) {
    this.#targets = targets;
    this.#server = server;
  }

  /** @param scrapeInterval as Prometheus writes it, `500ms` */
  static async start(folder: string, scrapeInterval: string): Promise<Observed> {
    const targets = join(folder, '..', 'targets.json');
    writeFileSync(targets, '[]');
    const server = await startPrometheus(
      { folder },
      {
        global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval },
        scrape_configs: [{ job_name: 'atelier', file_sd_configs: [{ files: [targets], refresh_interval: '1s' }] }],
      },
    );
    return new Observed(targets, server);
  }

  get url(): string {
    return this.#server.url;
  }

  scrape(replicas: readonly Replica[]): void {
    const targets = replicas.map(({ metricsPort }) => `127.0.0.1:${metricsPort}`);
    writeFileSync(`${this.#targets}.new`, JSON.stringify([{ targets }]));
    renameSync(`${this.#targets}.new`, this.#targets);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
