// The chart as Helm makes it of a values file.
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../run.mjs';
import { run } from './programs.mjs';

export const chart = join(root, 'deploy/helm/atelier');
export const environments = ['development', 'staging', 'production'];
export const valuesOf = (environment) => join(chart, `values-${environment}.yaml`);

/** @returns { objects } or { error }: Helm's message on one line */
export function render(helm, valuesFiles, ...more) {
  const values = valuesFiles.flatMap((file) => ['--values', file]);
  const { ok, output, error } = run(helm, ['template', 'atelier', chart, '--namespace', 'atelier', ...values, ...more]);
  if (!ok) return { error: oneLine(error) };
  const documents = parseAllDocuments(output);
  const broken = documents.find(({ errors }) => errors.length > 0);
  if (broken) return { error: `Helm made YAML that nobody can read: ${broken.errors[0].message.split('\n')[0]}` };
  return { objects: documents.map((document) => document.toJS()).filter((object) => object !== null) };
}

/** @returns problems */
export function lint(helm, valuesFile) {
  const { ok, output, error } = run(helm, ['lint', chart, '--strict', '--values', valuesFile]);
  return ok ? [] : [oneLine(`${output}\n${error}`)];
}

function oneLine(text) {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(Use --debug|==>|Error: \d+ chart|\d+ chart)/.test(line));
  return lines
    .join(' ')
    .replace(/^Error: /, '')
    .replace(/must be one of .{200,}/, 'must be one that is in .env.example');
}
