import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricsRegistry } from '@atelier/service-defaults';
import { collectDefaultMetrics } from 'prom-client';
import { type Standalone, startStandalone } from '../src/index.js';
import { parse } from 'yaml';
import { readPromQl } from './promql.js';
import { root } from './standalone-process.js';

interface Defined {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const adminKey = 'an-administrator-key-for-a-test-of-metrics';
/** Labels that every series has beside its own. */
const added = ['service_version', 'instance', 'job'];
/** Words that come from callers only. */
const planted = ['Zwartsluis', 'heron', 'evil-model', 'evil-path', 'evil-style', 'evil-user', 'evil-key'];
const foreignId = '01890a5d-ac96-774b-bcce-b302099a8057';
const folder = mkdtempSync(join(tmpdir(), 'atelier-metrics-'));
let atelier: Standalone;

beforeAll(async () => {
  collectDefaultMetrics();
  atelier = await startStandalone(
    {
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      ADMIN_API_KEY: adminKey,
      SANDBOX_TIME_SCALE: '0',
    },
    () => {},
  );
  await use();
});
afterAll(async () => {
  await atelier.close();
  rmSync(folder, { recursive: true, force: true });
});

async function send(method: string, path: string, body?: object, key = adminKey): Promise<Response> {
  return fetch(atelier.url + path, {
    method,
    headers: { 'x-api-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

/** Everything that callers choose, where a careless label would take it. */
async function use(): Promise<void> {
  const prompt = 'a heron at Zwartsluis';
  await (await send('POST', '/api/v1/enhanced/process', { prompt })).text();
  await (await send('POST', '/api/v1/enhanced/process', { prompt, model_id: 'evil-model/evil-model' })).text();
  const made = (await (await send('POST', '/api/v1/generations', { prompt })).json()) as { id: string };
  await (await send('GET', `/api/v1/generations/${made.id}/events`)).text();
  planted.push(made.id);
  await (await send('POST', '/api/v1/generations', { prompt, model_id: 'evil-model/evil-model' })).text();
  await (await send('GET', `/api/v1/generations/${foreignId}`)).text();
  await (await send('GET', '/evil-path/evil-path?user=evil-user')).text();
  await (await send('PROPFIND', '/evil-path')).text();
  await (await send('GET', `/api/v1/presets/${foreignId}`)).text();
  await (await send('GET', '/api/v1/presets?style=evil-style&q=evil-style')).text();
  await (await send('POST', '/api/suggestions/suggest', { prompt: '@evil-style heron' })).text();
  await (await send('GET', '/api/v1/generations', undefined, 'evil-key')).text();
}

const defined = (): Defined[] => metricsRegistry.getMetricsAsArray() as unknown as Defined[];

it('names each metric after the product, the process or Node.js, and says what it is', () => {
  expect(defined().length).toBeGreaterThan(40);
  const wrong = defined().filter(
    ({ name, help }) => !/^(atelier|process|nodejs)_[a-z0-9_]+$/.test(name) || help.length < 10,
  );
  expect(wrong).toEqual([]);
});

it('ends the names of counters, and of none else, in _total', () => {
  const own = defined().filter(({ name }) => name.startsWith('atelier_'));
  expect(own.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
});

it('has no label for anything that callers choose', () => {
  const names = new Set(defined().flatMap(({ labelNames }) => labelNames));
  const choosable = [...names].filter((name) =>
    /user|owner|prompt|path|url|ip|key|id$|session|request|trace|email/.test(name),
  );
  expect(choosable).toEqual([]);
});

it('puts no id, prompt, path, key or model of a caller into a label, whatever they send', async () => {
  const text = await (await send('GET', '/metrics')).text();
  const values = [...text.matchAll(/[{,]([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, value]) => ({ label, value }));
  expect(values.length).toBeGreaterThan(100);
  const unbounded = values.filter(
    ({ value = '' }) =>
      planted.some((word) => value.toLowerCase().includes(word.toLowerCase())) ||
      /[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{16}|:\/\/|[?=@]/i.test(value) ||
      value.length > 100,
  );
  expect(unbounded).toEqual([]);
});

it('puts the version of the process on every series', async () => {
  const text = await (await send('GET', '/metrics')).text();
  const series = text.split('\n').filter((line) => /^[a-z]/.test(line));
  expect(series.length).toBeGreaterThan(100);
  expect(series.filter((line) => !/[{,]service_version="0\.1\.0"/.test(line))).toEqual([]);
});

it('tells the routes of the documentation and no other', async () => {
  const documented = (await (await send('GET', '/openapi.json')).json()) as { paths: Record<string, object> };
  const known = new Set(Object.keys(documented.paths).map((path) => path.replace(/\{(\w+)\}/g, ':$1')));
  const text = await metricsRegistry.getSingleMetricAsString('atelier_http_duration_seconds');
  const routes = new Set([...text.matchAll(/route="([^"]*)"/g)].map(([, route = '']) => route));
  expect(routes.size).toBeGreaterThan(5);
  expect([...routes].filter((route) => !known.has(route))).toEqual(['none']);
});

/** The metric behind a series, and the labels that Prometheus and the client library add. */
function behind(series: string): { labels: readonly string[] } | undefined {
  const exact = defined().find(({ name, type }) => name === series && type !== 'histogram');
  if (exact) return { labels: [...exact.labelNames, ...added] };
  const [, base, part] = /^(.*)_(bucket|sum|count)$/.exec(series) ?? [];
  const histogram = defined().find(({ name, type }) => name === base && type === 'histogram');
  return histogram && { labels: [...histogram.labelNames, ...added, ...(part === 'bucket' ? ['le'] : [])] };
}

describe('the Grafana dashboard', () => {
  const dashboard = JSON.parse(readFileSync(join(root, 'deploy/grafana/dashboards/atelier.json'), 'utf8')) as {
    panels: readonly Panel[];
  };
  const targets = dashboard.panels.flatMap(({ title, targets: asked = [] }) =>
    asked.map((target) => ({ title, ...target })),
  );

  it.each(targets)('asks in $title for metrics and labels that exist', ({ expr, legendFormat }) => {
    const { errors, selectors, grouping } = readPromQl(expr);
    expect(errors).toEqual([]);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, labels } of selectors) {
      const there = behind(metric);
      expect(there ? [] : [metric]).toEqual([]);
      expect([...labels, ...grouping].filter((label) => !there?.labels.includes(label))).toEqual([]);
    }
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    expect(shown.filter((label) => label !== 'instance' && !grouping.includes(label))).toEqual([]);
  });

  it('covers what operators watch', () => {
    const asked = targets.map(({ expr }) => expr).join('\n');
    for (const metric of [
      'atelier_http_duration_seconds',
      'atelier_rpc_duration_seconds',
      'atelier_build_info',
      'atelier_cost_dollars_total',
      'atelier_provider_calls_total',
      'atelier_circuit_open',
      'atelier_generations_waiting',
      'atelier_usage_consumer_lag',
      'atelier_usage_spool_bytes',
      'atelier_cache_lookups_total',
    ])
      expect(asked).toContain(metric);
  });
});

describe('alerts, the analysis of canaries and scaling by queues', () => {
  const { groups } = parse(readFileSync(join(root, 'deploy/helm/atelier/files/alerts.yaml'), 'utf8')) as {
    groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
  };
  const analysis = parse(readFileSync(join(root, 'deploy/helm/atelier/files/analysis.yaml'), 'utf8')) as Record<
    string,
    {
      metrics: readonly {
        readonly name: string;
        readonly provider: { readonly prometheus: { readonly query: string } };
      }[];
    }
  >;
  const { services } = parse(readFileSync(join(root, 'deploy/helm/atelier/values.yaml'), 'utf8')) as {
    services: Record<string, { readonly queue?: { readonly query: string } }>;
  };
  const asked = [
    ...Object.entries(services).flatMap(([name, { queue }]) => (queue ? [{ title: name, expr: queue.query }] : [])),
    ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ title: alert, expr }))),
    ...Object.entries(analysis).flatMap(([template, { metrics }]) =>
      metrics.map(({ name, provider }) => ({
        title: `${template}: ${name}`,
        // Windows and numbers are arguments.
        expr: provider.prometheus.query.replaceAll(/\[\{\{[\w.-]+\}\}\]/g, '[5m]').replaceAll(/\{\{[\w.-]+\}\}/g, '1'),
      })),
    ),
  ];

  it.each(asked)('$title asks for metrics and labels that exist', ({ expr }) => {
    const { errors, selectors, grouping } = readPromQl(expr);
    expect(errors).toEqual([]);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, labels } of selectors) {
      const there = behind(metric);
      expect(there ? [] : [metric]).toEqual([]);
      // The chart's PodMonitor says of which service a process is; and of which pod; quantiles are grouped beside counts.
      const known = [...(there?.labels ?? []), 'service', 'pod', 'le'];
      expect([...labels, ...grouping].filter((label) => !known.includes(label))).toEqual([]);
    }
  });
});

it('finds out about queries that ask for nothing there is', () => {
  expect(readPromQl('sum by (le (rate(x[5m]))').errors).not.toEqual([]);
  expect(readPromQl('sum by (a) (rate(x_total{b="c"}[$__rate_interval]))')).toEqual({
    errors: [],
    selectors: [{ metric: 'x_total', labels: ['b'] }],
    grouping: ['a'],
  });
});
