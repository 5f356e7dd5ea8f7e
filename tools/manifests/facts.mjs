// That the chart knows the services as they are: files/services.yaml and the settings in values.schema.json against the sources.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root, run } from '../run.mjs';
import { chart } from './render.mjs';

const schemaFile = join(chart, 'values.schema.json');
/** Settings that the chart makes itself. */
const ownSettings =
  /^(HOST|PORT|METRICS_PORT|DATA_DIR|EVENT_SPOOL_DIR|SHUTDOWN_GRACE|SERVICE_VERSION|CANARY_STEPS|STORAGE_URL|SANDBOX_.*)$/;
/** Settings that stand for shapes which configurations take over whole. */
const shapes = { REDIS_URL: 'redisConfig', REDIS_BACKUP_URL: 'redisConfig', DATABASE_URL: 'databaseConfig' };

/** Of files/services.yaml. */
export const services = () => parse(readFileSync(join(chart, 'files/services.yaml'), 'utf8'));

/** @returns problems */
export function factProblems() {
  const known = services();
  return Object.entries(known).flatMap(([name, facts]) => {
    const text = sourcesOf(name);
    const reads = (setting) =>
      setting === 'IDENTITY_SECRET' || text.includes(setting) || (setting in shapes && text.includes(shapes[setting]));
    const urls = Object.keys(known).filter((other) => reads(`${other.toUpperCase().replaceAll('-', '_')}_URL`));
    const callees = name === 'gateway' ? facts.calls : urls.filter((other) => !['analytics', name].includes(other));
    const manifest = JSON.parse(readFileSync(join(root, 'apps', name, 'package.json'), 'utf8'));
    const problems = [
      ...[...facts.needs, ...facts.takes]
        .filter((setting) => !reads(setting))
        .map((setting) => `takes ${setting}, which it does not read`),
      ...callees.filter((other) => !facts.calls.includes(other)).map((other) => `calls ${other}`),
      ...facts.calls.filter((other) => !callees.includes(other)).map((other) => `does not call ${other}`),
    ];
    if (facts.port && !text.replaceAll('_', '').includes(`defaultPort: ${facts.port}`))
      problems.push(`serves on another port than ${facts.port}`);
    if (facts.needs.includes('DATABASE_URL') !== text.includes('openPostgres'))
      problems.push('is wrong about the database');
    if (facts.files !== '@atelier/asset-storage' in manifest.dependencies) problems.push('is wrong about files');
    return problems.map((problem) => `files/services.yaml: ${name} ${problem}`);
  });
}

/** Settings that values may hold: those of .env.example without secrets and what the chart sets. */
function allowedSettings(secrets) {
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  return [...example.matchAll(/^# ([A-Z][A-Z0-9_]*)=/gm)]
    .map(([, name]) => name)
    .filter(
      (name) =>
        !ownSettings.test(name) &&
        !secrets.includes(name) &&
        !/^(CLASSIFIER|MODEL_SELECTOR|GENERATION|PLAYGROUND_PROCESSOR|PRESETS|ANALYTICS)_URL$/.test(name),
    )
    .toSorted();
}

/** Compares, or with `write` repairs, the settings in values.schema.json. @returns problems */
export function settingProblems(write) {
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
  const list = schema.definitions.settings.propertyNames;
  const wanted = allowedSettings(Object.keys(schema.properties.secrets.properties));
  if (JSON.stringify(list.enum) === JSON.stringify(wanted)) return [];
  if (!write) {
    const changed = [
      ...wanted.filter((one) => !list.enum.includes(one)),
      ...list.enum.filter((one) => !wanted.includes(one)),
    ];
    return [
      `values.schema.json and .env.example differ about ${changed.join(', ')}: npm run check:manifests -- --write`,
    ];
  }
  list.enum = wanted;
  writeFileSync(schemaFile, `${JSON.stringify(schema, null, 2)}\n`);
  run('oxfmt', [schemaFile]);
  return [];
}

/** @returns problems: settings that pods are given and no service has */
export function unknownSettings(objects) {
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  const given = objects.flatMap(({ spec }) => spec?.template?.spec.containers[0].env ?? []).map(({ name }) => name);
  return [...new Set(given)]
    .filter((name) => !example.includes(`\n# ${name}=`))
    .map((name) => `${name} is given to pods, and no service has such a setting`);
}

function sourcesOf(name) {
  const folder = join(root, 'apps', name, 'src');
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}
