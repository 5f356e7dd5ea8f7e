/** Five-fold cross-validation over the hand-written prompts: every sentence is judged by a model that never saw it. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LocalIntentModel } from '../src/infra/local-model/local-intent-model.ts';
import { decodeModel } from '../src/infra/local-model/model-file.ts';
import { buildModel } from './training/build-model.ts';
import { predictAll, report, type Outcome } from './training/metrics.ts';
import { defaultOptions } from './training/linear-trainer.ts';
import { stableHash } from './training/random.ts';
import { readComposed, readWritten, type Example } from './training/training-set.ts';

const FOLDS = 5;
const data = new URL('../data/', import.meta.url);
const { values } = parseArgs({ options: { errors: { type: 'boolean' }, set: { type: 'string', multiple: true } } });
const options: Record<string, number> = { ...defaultOptions };
for (const pair of values.set ?? []) {
  const [name = '', value = ''] = pair.split('=');
  options[name] = Number(value);
}
const training = new URL('training/', data).pathname;
const written = readWritten(training);
const composed = readComposed(training, defaultOptions.seed).map((example) => ({
  ...example,
  weight: options.templateWeight ?? example.weight,
}));
const lexicon = readFileSync(new URL('lexicon.txt', data), 'utf8');
const foldOf = (example: Example): number => stableHash(`fold ${example.group}`) % FOLDS;
const outcomes: Outcome[] = [];
for (let fold = 0; fold < FOLDS; fold += 1) {
  const test = written.filter((example) => foldOf(example) === fold);
  const rest = written.filter((example) => foldOf(example) !== fold);
  const calibration = rest.filter((example) => stableHash(example.group) % 10 === 0);
  const train = [
    ...rest.filter((example) => stableHash(example.group) % 10 !== 0),
    ...(options.templateWeight === 0 ? [] : composed),
  ];
  const bytes = buildModel({ train, heldOut: calibration, digest: '' }, lexicon, { ...defaultOptions, ...options });
  outcomes.push(...predictAll(new LocalIntentModel(decodeModel(bytes)), test));
}
// One context a sentence is enough: the contexts of a sentence are nearly the same question.
const once = new Map<string, Outcome>();
for (const outcome of outcomes) once.set(`${outcome.prompt} ${outcome.label}`, outcome);
console.log(report('cross-validation, hand-written prompts', [...once.values()]));
if (values.errors) {
  for (const miss of [...once.values()].filter((outcome) => outcome.predicted !== outcome.label)) {
    console.log(
      `  ${miss.label} ≠ ${miss.predicted} ${miss.confidence.toFixed(2)} [w${miss.context.workingImages} u${miss.context.uploadedImages} r${miss.context.references.length}] ${miss.prompt.slice(0, 140)}`,
    );
  }
}
