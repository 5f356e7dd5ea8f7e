import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { MavenJars } from './maven-jars.js';
import type { ServerOptions } from './server-options.js';
import { ServerProcess } from './server-process.js';

const jars = new MavenJars('s3mock', new URL('../s3/pom.xml', import.meta.url));
const oneConnector = new URL('../s3/one-connector.xml', import.meta.url);
const bucket = 'atelier';

/** Folder of the jars of the S3 server; undefined until they were fetched. */
export function s3Jars(): string | undefined {
  return jars.folder;
}

/** Fetches the jars (57 MB). */
export function fetchS3Jars(): void {
  jars.fetch();
}

/**
 * A server with the S3 API (S3Mock) and one bucket, for tests: any key opens it. Its url is an `s3://` address as STORAGE_URL
 * takes it.
 */
export async function startS3({ folder, port, logFile }: ServerOptions): Promise<ServerProcess> {
  const found = s3Jars();
  if (!found) throw new Error('S3Mock is not here yet');
  const store = join(folder, 'store');
  mkdirSync(store, { recursive: true });
  const ownPort = await freePort(port);
  const settings = {
    'spring.main.sources': oneConnector.href,
    'spring.main.allow-bean-definition-overriding': true,
    'server.address': '127.0.0.1',
    'server.port': ownPort,
    'server.ssl.enabled': false,
    'com.adobe.testing.s3mock.store.root': store,
    'com.adobe.testing.s3mock.store.retain-files-on-exit': true,
    'com.adobe.testing.s3mock.store.initial-buckets': bucket,
  };
  const machine = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Djava.io.tmpdir=${folder}`];
  const options = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  return ServerProcess.start({
    name: 's3',
    url: `s3://${bucket}?endpoint=http://127.0.0.1:${ownPort}`,
    port: ownPort,
    command: 'java',
    args: [...machine, '-cp', join(found, '*'), 'com.adobe.testing.s3mock.S3MockApplication', ...options],
    ready: /Started S3MockApplication/,
    ...(logFile === undefined ? {} : { logFile }),
    startTimeoutMs: 90_000,
  });
}
