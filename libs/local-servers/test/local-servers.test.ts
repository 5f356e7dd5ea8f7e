import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  missingPackages,
  type ServerName,
  type ServerOptions,
  type ServerProcess,
  serversAtHand,
} from '../src/index.js';
import { startKafka, startPostgresql, startRedis } from '../src/index.js';

const starts: Readonly<Record<ServerName, (options: ServerOptions) => Promise<ServerProcess>>> = {
  postgresql: startPostgresql,
  redis: startRedis,
  kafka: startKafka,
};
const atHand = serversAtHand();
if (process.env['CI'] === 'true' && atHand.length < 3)
  throw new Error(
    `with CI=true all servers must be here; missing: ${missingPackages(['postgresql', 'redis', 'kafka'])}`,
  );
for (const name of ['postgresql', 'redis', 'kafka'] as const)
  if (!atHand.includes(name)) process.stderr.write(`NOT RUN: ${name} as a local server. npm run stack -- --install\n`);

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'atelier-servers-'));
  folders.push(made);
  return made;
};
afterAll(() => folders.forEach((one) => rmSync(one, { recursive: true, force: true })));

const portOf = (url: string): number => Number(/:(\d+)(?:\/|$)/.exec(url)?.[1]);
const accepts = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(portOf(url), '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });

for (const name of Object.keys(starts) as ServerName[]) {
  (atHand.includes(name) ? it : it.skip)(
    `starts ${name}, and starts it again on its address after a kill`,
    async () => {
      const server = await starts[name]({ folder: folder(), durable: false });
      const { url } = server;
      expect(await accepts(url)).toBe(true);
      await server.kill();
      expect(await accepts(url)).toBe(false);
      await server.start();
      expect([server.url, await accepts(url)]).toEqual([url, true]);
      await server.stop();
      expect([server.pid, await accepts(url)]).toEqual([undefined, false]);
    },
    120_000,
  );
}

(atHand.includes('redis') ? it : it.skip)('says what a server printed when it does not start', async () => {
  const wrong = startRedis({ folder: folder() }, ['--no-such-setting', 'x']);
  await expect(wrong).rejects.toThrow(/redis ended with 1[^]*no-such-setting/);
});
