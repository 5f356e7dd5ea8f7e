// Time of the slowest prompts in the classifier's own stages: no network, no cache, one prompt after the other.
//
//   node bench/classify-worst-case.mjs [--rounds 200] [--limit 5] [--only cues]
//
// Takes each prompt of bench/adversarial-prompts.mjs through everything that runs in process: the local model, the decision
// table, reasoning, what to look up, the keyword rules and the quick enhancement. Every round asks every prompt once, in
// turn, so that all are measured in one run and none finds the caches of the processor warm from itself. The first 20 rounds
// are not counted. Prints p50, p99 and max in milliseconds of the slowest ten and of all, and ends with 1 when a p50 exceeds
// the limit: p99 and max hold whatever else the machine did. Runs from the sources, nothing has to be built.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import '../tools/typescript-sources.mjs';
import { adversarialPrompts } from './adversarial-prompts.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    limit: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  const lines = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  console.log(
    lines
      .filter((line) => line.startsWith('//'))
      .map((line) => line.slice(3))
      .join('\n'),
  );
  process.exit(0);
}

const classifier = new URL('../apps/classifier/', import.meta.url);
const source = (path) => import(new URL(`src/${path}`, classifier).href);
const data = (name) => fileURLToPath(new URL(`data/${name}`, classifier));
const { IntentClassifier } = await source('domain/classify-intent.ts');
const { DecisionTable } = await source('domain/decision-table.ts');
const { enhanceQuickly } = await source('domain/prompt-enhancement.ts');
const { LocalIntentModel } = await source('infra/local-model/local-intent-model.ts');
const { decodeModel } = await source('infra/local-model/model-file.ts');

const classify = new IntentClassifier({
  model: LocalIntentModel.load(data('intent-model.bin')),
  decisionTable: DecisionTable.parse(readFileSync(data('decision-table.csv'), 'utf8')),
});
const { lexicon } = decodeModel(readFileSync(data('intent-model.bin')));
const prompts = Object.entries(adversarialPrompts(lexicon)).filter(([name]) => name.includes(values.only));
const context = { workingImages: 0, uploadedImages: 1, references: [] };

function answer(prompt) {
  const { workflow } = classify.classifyAtOnce({ prompt, context, bypassCache: true });
  classify.classifyAtOnce({ prompt, context, strategy: 'classic' });
  enhanceQuickly(prompt, workflow);
}

const rounds = Number(values.rounds);
const times = new Map(prompts.map(([name]) => [name, new Float64Array(rounds)]));
for (let round = -20; round < rounds; round += 1) {
  for (const [name, prompt] of prompts) {
    const start = performance.now();
    answer(prompt);
    if (round >= 0) times.get(name)[round] = performance.now() - start;
  }
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const summary = (sorted) => [0.5, 0.99, 1].map((share) => at(sorted, share).toFixed(3).padStart(9)).join('');
const rows = [...times].map(([name, measured]) => ({ name, sorted: measured.sort() }));
rows.sort((a, b) => at(b.sorted, 0.5) - at(a.sorted, 0.5));
console.log(`${'ms'.padEnd(40)}      p50      p99      max`);
for (const { name, sorted } of rows.slice(0, 10)) console.log(`${name.padEnd(40)}${summary(sorted)}`);
const everything = Float64Array.from(rows.flatMap(({ sorted }) => [...sorted])).sort();
console.log(`${`all ${rows.length} prompts, ${rounds} times`.padEnd(40)}${summary(everything)}`);
const slow = rows.filter(({ sorted }) => at(sorted, 0.5) > Number(values.limit));
if (slow.length > 0) {
  console.error(`slower than ${values.limit} ms: ${slow.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
