import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type ServerName, type ServerOptions, type ServerProcess, serversAtHand } from '../src/index.js';
import { startEnvoy, startKafka, startPostgresql, startPrometheus, startRedis, startS3 } from '../src/index.js';

const starts: Readonly<Record<ServerName, (options: ServerOptions) => Promise<ServerProcess>>> = {
  postgresql: startPostgresql,
  redis: startRedis,
  kafka: startKafka,
  s3: startS3,
  envoy: async ({ folder: at }) => {
    const port = await freePort();
    return startEnvoy({ folder: at, port, bootstrap: { static_resources: { listeners: [answering(port)] } } });
  },
  prometheus: (options) => startPrometheus(options, { scrape_configs: [] }),
};
const names = Object.keys(starts) as ServerName[];
const atHand = serversAtHand();
if (process.env['CI'] === 'true' && atHand.length < names.length)
  throw new Error(`with CI=true all servers must be here; missing: ${names.filter((name) => !atHand.includes(name))}`);
for (const name of names)
  if (!atHand.includes(name)) process.stderr.write(`NOT RUN: ${name} as a local server. npm run stack -- --install\n`);

/** An Envoy listener that answers every request by itself. */
function answering(port: number): object {
  const routes = [{ match: { prefix: '/' }, direct_response: { status: 200 } }];
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'test',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [
      {
        name: 'router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  };
  return {
    name: 'test',
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
  };
}

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

for (const name of names) {
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
