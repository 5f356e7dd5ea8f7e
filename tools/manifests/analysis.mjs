// The analysis of canaries by a real Prometheus: made-up series, the chart's own queries and conditions, and what comes of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../run.mjs';
import { prometheusProgram, run } from './programs.mjs';
import { chart } from './render.mjs';

const scenariosFile = join(root, 'deploy/helm/analysis-scenarios.yaml');
const stepS = 15;
const lengthS = 40 * 60;
/** Scenarios lie three hours apart in one database. */
const apartS = 3 * 3600;
const startS = 1_700_000_000;
const timeOf = (index) => startS + index * apartS + lengthS;

/** @returns problems */
export async function analysisProblems() {
  const templates = parse(readFileSync(join(chart, 'files/analysis.yaml'), 'utf8'));
  const scenarios = parse(readFileSync(scenariosFile, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'atelier-analysis-'));
  try {
    writeFileSync(join(folder, 'series.txt'), openMetrics(scenarios));
    const made = run(
      prometheusProgram('promtool'),
      ['tsdb', 'create-blocks-from', 'openmetrics', 'series.txt', 'data'],
      folder,
    );
    if (!made.ok) return [`series of ${scenariosFile}: ${made.error.trim()}`];
    const prometheus = await startPrometheus(folder);
    try {
      const results = await Promise.all(
        scenarios.map((scenario, index) => judge(scenario, templates, `${prometheus.url}/api/v1/query`, timeOf(index))),
      );
      return results.flat();
    } finally {
      await prometheus.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judge({ name, template, args, expect }, templates, url, time) {
  const spec = templates[template];
  if (!spec) return [`${name}: there is no template ${template}`];
  const defaults = Object.fromEntries(spec.args.map((arg) => [arg.name, arg.value]));
  const given = { ...defaults, service: 'classifier', version: '2.0.0', ...args };
  const fill = (text) => text.replaceAll(/\{\{args\.([\w-]+)\}\}/g, (_, arg) => given[arg] ?? `unknown ${arg}`);
  const problems = [];
  for (const metric of spec.metrics) {
    const query = fill(metric.provider.prometheus.query);
    const answer = await (await fetch(url, { method: 'POST', body: new URLSearchParams({ query, time }) })).json();
    if (answer.status !== 'success') {
      problems.push(`${name}: ${metric.name}: ${answer.error}`);
      continue;
    }
    const result = answer.data.result.map(({ value }) => Number(value[1]));
    const phase = phaseOf(metric, result, fill);
    if (phase !== expect[metric.name])
      problems.push(
        `${name}: ${metric.name} is ${phase}, not ${expect[metric.name]} (result ${JSON.stringify(result)})`,
      );
  }
  return problems;
}

/** As Argo Rollouts decides (utils/evaluate). */
export function phaseOf({ successCondition, failureCondition }, result, fill) {
  const success = successCondition && holds(fill(successCondition), result);
  const failure = failureCondition && holds(fill(failureCondition), result);
  if (failure || (successCondition && !failureCondition && !success)) return 'Failed';
  return success || !successCondition ? 'Successful' : 'Inconclusive';
}

/** Conditions that mean the same in expr-lang and in JavaScript; others are refused. */
function holds(condition, result) {
  if (!/^(len\(result\)|result\[0\]|\d+(\.\d+)?|[<>=!]=|[<>]|&&|\|\||\s)+$/.test(condition))
    throw new Error(`the condition ${condition} is more than this check understands`);
  return new Function('result', 'len', `return ${condition};`)(result, (list) => list.length);
}

/** Counters that rise steadily, histograms whose requests all take the same time, gauges that stand. */
function openMetrics(scenarios) {
  const families = new Map();
  const add = (family, line) => families.set(family, [...(families.get(family) ?? []), line]);
  scenarios.forEach(({ series = [] }, index) => {
    for (const { metric, labels, perMinute, seconds, value } of series) {
      const text = Object.entries(labels ?? {}).map(([label, said]) => `${label}="${said}"`);
      const line = (name, of, at, more = []) => `${name}{${[...text, ...more].join(',')}} ${of} ${at}`;
      const type = value !== undefined ? 'gauge' : seconds !== undefined ? 'histogram' : 'counter';
      for (let passed = 0; passed <= lengthS; passed += stepS) {
        const at = startS + index * apartS + passed;
        const count = Math.round((perMinute * passed) / 60);
        if (type === 'gauge') add(`gauge ${metric}`, line(metric, value, at));
        if (type === 'counter')
          add(`counter ${metric.replace(/_total$/, '')}`, line(metric, (perMinute * passed) / 60, at));
        if (type === 'histogram') {
          for (const le of ['0.01', '0.025', '0.05', '0.1', '0.25', '+Inf'])
            add(
              `histogram ${metric}`,
              line(`${metric}_bucket`, le === '+Inf' || Number(le) >= seconds ? count : 0, at, [`le="${le}"`]),
            );
          add(`histogram ${metric}`, line(`${metric}_count`, count, at));
          add(`histogram ${metric}`, line(`${metric}_sum`, count * seconds, at));
        }
      }
    }
  });
  const blocks = [...families].map(([family, lines]) => {
    const [type, name] = family.split(' ');
    return `# TYPE ${name} ${type === 'histogram' ? 'unknown' : type}\n${lines.join('\n')}\n`;
  });
  // Histograms are written as they are stored; as a type, OpenMetrics would want them sorted in another way.
  return `${blocks.join('').replace(/^# TYPE .* unknown\n/gm, '')}# EOF\n`;
}

async function startPrometheus(folder) {
  const port = await freePort();
  writeFileSync(join(folder, 'prometheus.yml'), '{}\n');
  const child = spawn(
    prometheusProgram('prometheus'),
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Prometheus does not start: ${output.slice(-400)}`)), 60_000);
    child.stderr.on('data', (chunk) => {
      output += chunk;
      if (!output.includes('Server is ready to receive web requests')) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', () => reject(new Error(`Prometheus ended: ${output.slice(-400)}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
