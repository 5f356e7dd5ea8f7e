import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetServices } from '@atelier/local-servers';
import { commonConfig, serviceUrls } from '@atelier/service-defaults';
import { parse } from 'yaml';
import { root } from './standalone-process.js';

interface Service {
  readonly image: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly args: Record<string, string> };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly expose?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const file = parse(text('deploy/compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
};
const { services } = file;
const settings = new Set([...text('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name));
const ours = fleetServices.map((name) => [name, services[name]] as const);
const urlOf = (name: string): string => `${name.replace('-', '_').toUpperCase()}_URL`;

describe.each(ours)('%s', (name, service) => {
  it('runs from an image of its own, which knows what to start', () => {
    expect(service?.image).toBe(`atelier-${name}:\${SERVICE_VERSION:-local}`);
    expect(service?.build).toMatchObject({ context: '..', dockerfile: 'deploy/Dockerfile', args: { APP: name } });
    expect(service?.command).toBeUndefined();
    expect(existsSync(join(root, `apps/${name}/src/main.ts`))).toBe(true);
  });

  it('can change nothing but its data, and gain nothing', () => {
    expect(service).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      volumes: ['data:/data'],
    });
  });

  it('gets settings that exist and no others', () => {
    expect(Object.keys(service?.environment ?? {}).filter((key) => !settings.has(key))).toEqual([]);
  });

  it('is found by the others at the port that it serves on by default', () => {
    if (name === 'gateway') return;
    const address = service?.environment?.[urlOf(name)];
    const port = commonPort(name);
    expect(address).toBe(`dns:///${name}:${port}`);
    expect(service?.expose).toEqual([port]);
  });

  it('is asked for its health where it tells it', () => {
    const port = service?.environment?.['METRICS_PORT'];
    expect(service?.healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${port}/ready`);
    expect(commonConfig.METRICS_PORT.parse(port)).toBeGreaterThan(0);
  });

  it('waits for servers that tell their own health', () => {
    for (const [other, { condition }] of Object.entries(service?.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      expect(services[other]?.healthcheck).toBeDefined();
    }
    expect(Object.keys(service?.depends_on ?? {}).toSorted()).toEqual(['kafka', 'postgres', 'redis']);
  });

  it('is scraped', () => {
    const prometheus = parse(text('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = prometheus.scrape_configs.flatMap((one) => one.static_configs.flatMap((two) => two.targets));
    expect(targets).toContain(`${name}:${service?.environment?.['METRICS_PORT']}`);
  });
});

it('opens ports of the gateway and of Grafana only, and only on this machine', () => {
  const open = Object.entries(services).filter(([, { ports }]) => ports);
  expect(open.map(([name]) => name)).toEqual(['gateway', 'grafana']);
  for (const port of open.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(services['gateway']?.ports?.[0]?.endsWith(`:${services['gateway']?.environment?.['PORT']}`)).toBe(true);
});

it('keeps databases and brokers off every network that leads out', () => {
  expect(file.networks['inside']?.internal).toBe(true);
  for (const name of ['postgres', 'redis', 'kafka']) expect(services[name]?.networks).toEqual(['inside']);
});

it('holds no secret, and starts nothing while one is missing', () => {
  const secret = /(SECRET|PASSWORD|TOKEN|_KEY|HEADERS)$/;
  const given = Object.entries(services).flatMap(([, { environment = {} }]) => Object.entries(environment));
  for (const [, value] of given.filter(([key]) => secret.test(key))) expect(String(value)).toMatch(/^\$\{[A-Z_]+:[-?]/);
  for (const key of ['IDENTITY_SECRET', 'POSTGRES_PASSWORD'])
    expect(given.find(([name]) => name === key)?.[1]).toContain(`\${${key}:?`);
});

it('pins every image and mounts only what is there', () => {
  for (const { image } of Object.values(services)) expect(image).toMatch(/^(atelier-[a-z-]+:\$\{|[\w/]+:v?\d+\.\d+)/);
  for (const [from = ''] of Object.values(services).flatMap(({ volumes = [] }) =>
    volumes.map((one) => one.split(':')),
  )) {
    if (from.startsWith('.')) expect(existsSync(join(root, 'deploy', from))).toBe(true);
    else expect(Object.keys(file.volumes)).toContain(from);
  }
});

it('gives Grafana the dashboard and the source that its queries name', () => {
  const provisioned = parse(text('deploy/grafana/provisioning/datasources/prometheus.yaml')) as {
    datasources: { uid: string; url: string }[];
  };
  const [source] = provisioned.datasources;
  expect(source?.url).toBe('http://prometheus:9090');
  const dashboard = text('deploy/grafana/dashboards/atelier.json');
  expect(new Set([...dashboard.matchAll(/"uid": "(atelier-[\w-]+)"/g)].map(([, uid]) => uid))).toEqual(
    new Set([source?.uid]),
  );
  const folders = parse(text('deploy/grafana/provisioning/dashboards/atelier.yaml')) as {
    providers: { options: { path: string } }[];
  };
  const mounts = services['grafana']?.volumes?.map((one) => one.split(':').slice(0, 2)) ?? [];
  expect(mounts).toContainEqual(['./grafana/dashboards', folders.providers[0]?.options.path]);
});

/** Port of a service where nobody says otherwise, as its callers take it. */
function commonPort(name: string): string {
  const type = serviceUrls[urlOf(name) as keyof typeof serviceUrls];
  return type.parse(undefined).split(':').at(-1) ?? '';
}
