/** Trains the local intent model: `node --import ../../tools/typescript-sources.mjs tools/train-intent-model.ts [--seed n]`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildModel } from './training/build-model.ts';
import { defaultOptions } from './training/linear-trainer.ts';
import { loadTrainingSet } from './training/training-set.ts';

const data = new URL('../data/', import.meta.url);
const { values } = parseArgs({ options: { seed: { type: 'string' }, out: { type: 'string' } } });
const seed = Number(values.seed ?? defaultOptions.seed);
const set = loadTrainingSet(data, seed);
console.log(`${set.train.length} training examples, ${set.heldOut.length} held out`);
const bytes = buildModel(set, readFileSync(new URL('lexicon.txt', data), 'utf8'), { ...defaultOptions, seed }, (line) =>
  console.log(line),
);
writeFileSync(values.out ?? new URL('intent-model.bin', data), bytes);
console.log(`intent-model.bin: ${(bytes.length / 1e6).toFixed(2)} MB`);
