// `npm run catalogue:refresh`: holds the input schemas of the model catalogue against what Replicate publishes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, run } from './run.mjs';

const help = `npm run catalogue:refresh [-- OPTIONS]

Reads the input schema and the latest version of every Replicate model of the catalogue (GET /models/{owner}/{name}) and
updates libs/model-catalog/data/models.json. A schema that contradicts the model's mapping is reported and not taken over.

  --check       write nothing
  --file FILE   another catalogue
  --help

Settings, from the environment or .env: REPLICATE_API_TOKEN, REPLICATE_BASE_URL (ends in /v1; the official API when unset).
Ends with 0 when all is up to date or was updated, with 1 when --check found a difference or a person has to decide,
with 2 when Replicate could not be asked.`;

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, file: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
try {
  process.loadEnvFile(join(root, '.env'));
} catch {
  // There need not be one.
}
const token = process.env.REPLICATE_API_TOKEN;
const baseUrl = process.env.REPLICATE_BASE_URL || 'https://api.replicate.com/v1';
if (!token) fail('REPLICATE_API_TOKEN is not set; `npm run catalogue:refresh -- --help` says more.');
if (process.env.ATELIER_SKIP_BUILD !== '1') {
  const built = run('nx', ['run', '@atelier/model-catalog:build', '--outputStyle=static'], { capture: true });
  if (!built.ok) fail(`${built.output}\nThe build failed.`);
}
const { printJson, readPublishedModel, refreshCatalogue } = await import('../libs/model-catalog/dist/index.js');

const file = values.file ?? join(root, 'libs/model-catalog/data/models.json');
const text = readFileSync(file, 'utf8');
const access = { token, baseUrl, fetch };
const { data, reports } = await refreshCatalogue(JSON.parse(text), (modelId) =>
  readPublishedModel(access, modelId),
).catch((error) => fail(`${error.message}${error.cause ? ` (${error.cause.message})` : ''}\nNothing was written.`));

const said = {
  same: 'up to date',
  changed: values.check ? 'has changed' : 'updated',
  breaks: 'BREAKS ITS MAPPING, left as it is',
  not_published: 'NOT PUBLISHED, left as it is',
};
for (const { modelId, outcome, changes, problems } of reports) {
  console.log(`${modelId}: ${said[outcome]}`);
  for (const change of changes) console.log(`    ${change}`);
  for (const problem of problems) console.log(`  ! ${problem}`);
}
const count = (outcome) => reports.filter((report) => report.outcome === outcome).length;
const undecided = count('breaks') + count('not_published');
console.log(
  `${reports.length} models: ${count('same')} up to date, ${count('changed')} changed, ${undecided} to decide.`,
);
const updated = printJson(data);
if (!values.check && count('changed') > 0) writeFileSync(file, updated);
process.exit(undecided > 0 || (values.check && count('changed') > 0) ? 1 : 0);

function fail(message) {
  console.error(message);
  process.exit(2);
}
