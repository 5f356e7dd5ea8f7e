// Alert rules: read and run by promtool, and every one with a place that says what to do.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../run.mjs';
import { prometheusProgram, run } from './programs.mjs';
import { chart } from './render.mjs';

const rules = join(chart, 'files/alerts.yaml');
const tests = join(root, 'deploy/prometheus/alerts.test.yaml');

/** @returns problems */
export function ruleProblems() {
  const promtool = prometheusProgram('promtool');
  const said = ({ ok, output, error }) => (ok ? [] : [`${output}${error}`.trim()]);
  const alerts = parse(readFileSync(rules, 'utf8')).groups.flatMap((group) => group.rules.map(({ alert }) => alert));
  const guide = readFileSync(join(root, 'deploy/helm/README.md'), 'utf8');
  const tested = readFileSync(tests, 'utf8');
  return [
    ...said(run(promtool, ['check', 'config', '--syntax-only', join(root, 'deploy/prometheus/prometheus.yml')])),
    ...said(run(promtool, ['check', 'rules', rules])),
    ...said(run(promtool, ['test', 'rules', tests], dirname(tests))),
    ...alerts
      .filter((name) => !guide.includes(`\`${name}\``))
      .map((name) => `${name}: deploy/helm/README.md does not say what to do`),
    ...alerts
      .filter((name) => !tested.includes(`alertname: ${name}\n        exp_alerts`))
      .map((name) => `${name}: no test in which it fires`),
  ];
}
