import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.js';

/** The jars of one server, pinned by a pom of ours and kept in the user's cache. */
export class MavenJars {
  /** As the pom pins it. */
  readonly version: string;
  readonly #name: string;
  readonly #pom: string;

  constructor(name: string, pom: URL) {
    this.#name = name;
    this.#pom = fileURLToPath(pom);
    this.version = new RegExp(`<${name}\\.version>([^<]+)<`).exec(readFileSync(this.#pom, 'utf8'))?.[1] ?? '';
  }

  /** Undefined until they were fetched. */
  get folder(): string | undefined {
    return existsSync(this.#cache) ? this.#cache : undefined;
  }

  get #cache(): string {
    return cacheFolder(`${this.#name}-${this.version}`);
  }

  /** Fetches them with Maven, which takes them from Maven Central or the user's mirror of it. */
  fetch(): void {
    if (this.folder) return;
    const folder = this.#cache;
    const fetched = `${folder}.${process.pid}`;
    mkdirSync(fetched, { recursive: true });
    const args = ['-q', '-B', '-f', this.#pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
    const run = spawnSync('mvn', [...args, `-DoutputDirectory=${fetched}`], { encoding: 'utf8', timeout: 300_000 });
    // Two at a time end with the same jars; whoever is second keeps the first one's.
    if (run.status === 0 && !existsSync(folder)) renameSync(fetched, folder);
    else rmSync(fetched, { recursive: true, force: true });
    if (run.status !== 0) throw new Error(`Maven can't fetch ${this.#name}\n${run.stdout}${run.stderr}`);
  }
}
