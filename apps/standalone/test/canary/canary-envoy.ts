import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, type ServerProcess, startEnvoy } from '@atelier/local-servers';

/** The two versions of a service that its canary runs side by side. */
export type Track = 'stable' | 'canary';
const tracks: readonly Track[] = ['stable', 'canary'];

interface Ports {
  readonly listener: number;
  readonly admin: number;
}

const types = 'type.googleapis.com/envoy';
const listenTimeoutMs = 10_000;

/**
 * An Envoy before one service, configured as Envoy Gateway configures it from the chart's routes and its patch: weighted
 * clusters whose pick is the caller's bucket, and a route before them for callers who chose a version. Weights and addresses
 * come from files, so that they change while requests go on.
 */
export class CanaryEnvoy {
  readonly #changes = { routes: 0, endpoints: 0 };
  #weight = 0;
  #versions: Readonly<Record<Track, string>> = { stable: '', canary: '' };
  #server: ServerProcess | undefined;
  private readonly service: string;
  private readonly folder: string;
  private readonly ports: Ports;

  private constructor(service: string, folder: string, ports: Ports) {
    this.service = service;
    this.folder = folder;
    this.ports = ports;
  }

  static async start(service: string, folder: string, logFile?: string): Promise<CanaryEnvoy> {
    const ports = { listener: await freePort(), admin: await freePort() };
    const envoy = new CanaryEnvoy(service, folder, ports);
    envoy.#writeRoutes();
    for (const track of tracks) envoy.#writeEndpoints(track, []);
    const bootstrap = bootstrapOf(folder, ports);
    envoy.#server = await startEnvoy({ folder, bootstrap, port: ports.listener, ...(logFile ? { logFile } : {}) });
    return envoy;
  }

  /** gRPC target of the service. */
  get address(): string {
    return `127.0.0.1:${this.ports.listener}`;
  }

  get weight(): number {
    return this.#weight;
  }

  /** Gives the canary this many of a hundred users, from the highest bucket down. Resolves when Envoy goes by it. */
  async setWeight(percent: number): Promise<void> {
    this.#weight = percent;
    await this.#taken('rds.routes', () => this.#writeRoutes());
  }

  /** The names by which callers may choose a version, beside `stable` and `canary`. */
  async setVersions(versions: Readonly<Record<Track, string>>): Promise<void> {
    this.#versions = versions;
    await this.#taken('rds.routes', () => this.#writeRoutes());
  }

  /** Ports of a version's replicas. Requests under way at those that are gone come to their end. */
  async setReplicas(track: Track, ports: readonly number[]): Promise<void> {
    await this.#taken(`cluster.${track}`, () => this.#writeEndpoints(track, ports));
  }

  stop(): Promise<void> {
    return this.#server?.stop() ?? Promise.resolve();
  }

  #writeRoutes(): void {
    this.#changes.routes += 1;
    const forced = (track: Track) => {
      const names = [track, this.#versions[track]]
        .filter((name) => name !== '')
        .map((name) => name.replaceAll('.', '\\.'));
      const regex = `(.*,)?${this.service}=(${names.join('|')})(,.*)?`;
      const match = { prefix: '/', headers: [{ name: 'x-canary', string_match: { safe_regex: { regex } } }] };
      return { match, route: { cluster: track, timeout: '0s' } };
    };
    const weighted_clusters = {
      clusters: [
        { name: 'stable', weight: 100 - this.#weight },
        { name: 'canary', weight: this.#weight },
      ],
      header_name: 'x-canary-bucket',
    };
    const routes = [
      forced('canary'),
      forced('stable'),
      { match: { prefix: '/' }, route: { weighted_clusters, timeout: '0s' } },
    ];
    this.#replace('routes', this.#changes.routes, {
      '@type': `${types}.config.route.v3.RouteConfiguration`,
      name: 'routes',
      virtual_hosts: [{ name: this.service, domains: ['*'], routes }],
    });
  }

  #writeEndpoints(track: Track, ports: readonly number[]): void {
    this.#changes.endpoints += 1;
    const lb_endpoints = ports.map((port) => ({ endpoint: { address: at(port) } }));
    this.#replace(track, this.#changes.endpoints, {
      '@type': `${types}.config.endpoint.v3.ClusterLoadAssignment`,
      cluster_name: track,
      endpoints: [{ lb_endpoints }],
    });
  }

  /** Envoy watches for files that move into place, so it never reads half of one. */
  #replace(name: string, version: number, resource: object): void {
    const path = join(this.folder, `${name}.json`);
    writeFileSync(`${path}.new`, JSON.stringify({ version_info: String(version), resources: [resource] }));
    renameSync(`${path}.new`, path);
  }

  /** Writes, and waits until Envoy counts one more successful update. */
  async #taken(of: string, write: () => void): Promise<void> {
    const before = await this.#updates(of);
    write();
    for (const end = Date.now() + listenTimeoutMs; (await this.#updates(of)) === before; await pause(20))
      if (Date.now() > end) throw new Error(`Envoy did not take the change of ${of}`);
  }

  async #updates(of: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.admin}/stats?filter=${of}.*update_success`);
    const text = await answer.text();
    return Number(/update_success: (\d+)/.exec(text)?.[1] ?? 0);
  }
}

const at = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
const watched = (folder: string, name: string) => ({ path_config_source: { path: join(folder, `${name}.json`) } });

function bootstrapOf(folder: string, ports: Ports): object {
  const http2 = { explicit_http_config: { http2_protocol_options: {} } };
  const protocols = `${types}.extensions.upstreams.http.v3.HttpProtocolOptions`;
  const manager = {
    '@type': `${types}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'services',
    codec_type: 'AUTO',
    http2_protocol_options: { max_concurrent_streams: 1000 },
    rds: { route_config_name: 'routes', config_source: watched(folder, 'routes') },
    http_filters: [{ name: 'router', typed_config: { '@type': `${types}.extensions.filters.http.router.v3.Router` } }],
  };
  return {
    node: { id: 'canary', cluster: 'atelier' },
    admin: { address: at(ports.admin) },
    static_resources: {
      listeners: [
        {
          name: 'grpc',
          address: at(ports.listener),
          filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
        },
      ],
      clusters: tracks.map((track) => ({
        name: track,
        type: 'EDS',
        eds_cluster_config: { eds_config: watched(folder, track) },
        lb_policy: 'LEAST_REQUEST',
        connect_timeout: '1s',
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': { '@type': protocols, ...http2 },
        },
      })),
    },
  };
}
