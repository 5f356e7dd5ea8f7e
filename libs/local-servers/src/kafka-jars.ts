import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pom = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url));

/** Of the broker, as the pom pins it. */
export const kafkaVersion = /<kafka\.version>([^<]+)</.exec(readFileSync(pom, 'utf8'))?.[1] ?? '';

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'atelier', `kafka-${kafkaVersion}`);
}

/** Folder of the broker's jars; undefined until they were fetched. */
export function kafkaJars(): string | undefined {
  return existsSync(cacheFolder()) ? cacheFolder() : undefined;
}

/** Fetches the jars (44 MB) into the user's cache with Maven, which takes them from Maven Central or the user's mirror of it. */
export function fetchKafkaJars(): void {
  if (kafkaJars()) return;
  const folder = cacheFolder();
  const fetched = `${folder}.${process.pid}`;
  mkdirSync(fetched, { recursive: true });
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  const run = spawnSync('mvn', [...args, `-DoutputDirectory=${fetched}`], { encoding: 'utf8', timeout: 300_000 });
  // Two at a time end with the same jars; whoever is second keeps the first one's.
  if (run.status === 0 && !existsSync(folder)) renameSync(fetched, folder);
  else rmSync(fetched, { recursive: true, force: true });
  if (run.status !== 0) throw new Error(`Maven can't fetch Apache Kafka\n${run.stdout}${run.stderr}`);
}
