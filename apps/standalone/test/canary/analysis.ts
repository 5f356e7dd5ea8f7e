import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { root } from '../standalone-process.js';

interface Metric {
  readonly name: string;
  readonly initialDelay?: string;
  readonly interval?: string;
  readonly count?: string | number;
  readonly consecutiveSuccessLimit?: number;
  readonly failureLimit?: number;
  readonly inconclusiveLimit?: string | number;
  readonly successCondition?: string;
  readonly failureCondition?: string;
  readonly provider: { readonly prometheus: { readonly query: string } };
}
interface Template {
  readonly args: readonly { readonly name: string; readonly value?: string }[];
  readonly metrics: readonly Metric[];
}
type Measurement = 'successful' | 'failed' | 'inconclusive';

/** What became of a judgement. */
export interface Verdict {
  readonly outcome: Measurement;
  /** The metric that decided, and its last value. */
  readonly reason: string;
}

/** Whom to judge and by what; `arguments` as in the chart's values. */
export interface AnalysisOptions {
  readonly prometheus: string;
  readonly service: string;
  readonly version: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** Waiting times of the templates are shortened by this factor; the window is an argument. */
  readonly hurry: number;
}

const chart = 'deploy/helm/atelier';
const templates = parse(readFileSync(join(root, chart, 'files/analysis.yaml'), 'utf8')) as Record<string, Template>;
const services = parse(readFileSync(join(root, chart, 'files/services.yaml'), 'utf8')) as Record<
  string,
  { readonly analysis: readonly string[] }
>;

/** Judges a version by the chart's own templates, as an AnalysisRun of Argo Rollouts does. */
export async function analyse(options: AnalysisOptions): Promise<Verdict> {
  const stop = new AbortController();
  const metrics = (services[options.service]?.analysis ?? []).flatMap((name) => {
    const template = templates[name];
    if (!template) throw new Error(`the chart has no analysis ${name}`);
    const args = new Map(template.args.map(({ name: argument, value }) => [argument, value]));
    for (const [argument, value] of Object.entries({ ...options.arguments, ...options }))
      args.set(argument, String(value));
    return template.metrics.map((metric) =>
      measure(filled(hurried(metric, options.hurry), args), options, stop.signal),
    );
  });
  if (metrics.length === 0) throw new Error(`the chart does not say how ${options.service} is judged`);
  try {
    // The first metric that fails ends the run; otherwise all of them have to be content.
    const failed = new Promise<Verdict>((resolve) => {
      for (const metric of metrics) void metric.then((verdict) => verdict.outcome === 'failed' && resolve(verdict));
    });
    const all = Promise.all(metrics).then(
      (verdicts): Verdict =>
        verdicts.find(({ outcome }) => outcome !== 'successful') ?? { outcome: 'successful', reason: 'every metric' },
    );
    return await Promise.race([failed, all]);
  } finally {
    stop.abort();
  }
}

/** Waiting times that the template itself names, shortened. Those that are arguments are shortened by whoever gives them. */
function hurried(metric: Metric, hurry: number): Metric {
  const shorter = (text = '0s'): string => (text.includes('{{') ? text : `${milliseconds(text) / hurry}ms`);
  return { ...metric, initialDelay: shorter(metric.initialDelay), interval: shorter(metric.interval) };
}

/** With `{{args.…}}` replaced, in texts at any depth. */
function filled(metric: Metric, args: ReadonlyMap<string, string | undefined>): Metric {
  return JSON.parse(JSON.stringify(metric), (_key, value: unknown) =>
    typeof value === 'string'
      ? value.replace(/\{\{args\.([\w-]+)\}\}/g, (_all, name: string) => {
          const text = args.get(name);
          if (text === undefined) throw new Error(`the analysis needs the argument ${name}`);
          return text;
        })
      : value,
  ) as Metric;
}

async function measure(metric: Metric, options: AnalysisOptions, signal: AbortSignal): Promise<Verdict> {
  const { name, consecutiveSuccessLimit, failureLimit = 0 } = metric;
  const inconclusiveLimit = Number(metric.inconclusiveLimit ?? 0);
  const count = Number(metric.count ?? 1);
  const wait = (text: string | undefined): Promise<void> =>
    pause(milliseconds(text), undefined, { signal }).catch(() => undefined);
  let [failed, inconclusive, inARow] = [0, 0, 0];
  let last: readonly number[] = [];
  const verdict = (outcome: Measurement): Verdict => ({ outcome, reason: `${name} [${last.join(' ')}]` });
  await wait(metric.initialDelay);
  for (let done = 0; done < count && !signal.aborted; done += 1) {
    if (done > 0) await wait(metric.interval);
    last = await query(options.prometheus, metric.provider.prometheus.query);
    const measured = judge(metric, last);
    if (measured === 'failed') failed += 1;
    if (measured === 'inconclusive') inconclusive += 1;
    inARow = measured === 'successful' ? inARow + 1 : 0;
    if (failed > failureLimit) return verdict('failed');
    if (inconclusive > inconclusiveLimit) return verdict('inconclusive');
    if (consecutiveSuccessLimit !== undefined && inARow >= consecutiveSuccessLimit) return verdict('successful');
  }
  return verdict(consecutiveSuccessLimit === undefined ? 'successful' : 'inconclusive');
}

function judge({ successCondition, failureCondition }: Metric, result: readonly number[]): Measurement {
  const holds = (condition: string): boolean =>
    Boolean(runInNewContext(condition, { result, len: (list: readonly unknown[]) => list.length }));
  if (failureCondition !== undefined && holds(failureCondition)) return 'failed';
  if (successCondition === undefined) return 'successful';
  if (holds(successCondition)) return 'successful';
  return failureCondition === undefined ? 'failed' : 'inconclusive';
}

async function query(prometheus: string, text: string): Promise<number[]> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(text)}`);
  const { status, error, data } = (await answer.json()) as {
    status: string;
    error?: string;
    data?: { result: { value: [number, string] }[] };
  };
  if (status !== 'success' || !data) throw new Error(`Prometheus refuses the query: ${error}\n${text}`);
  return data.result.map(({ value }) => Number(value[1]));
}

function milliseconds(text = '0s'): number {
  const [, number = '0', unit = 's'] = /^([\d.]+)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(number) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1_000);
}
