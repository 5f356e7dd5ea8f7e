import { createHash } from 'node:crypto';
import { CueLexicon, KNOWN_WORDS } from '../../src/domain/cue-lexicon.js';
import { workflows } from '../../src/domain/intent.js';
import { tokenizePrompt } from '../../src/domain/prompt-tokens.js';
import { LocalIntentModel, softmax } from '../../src/infra/local-model/local-intent-model.js';
import { encodeModel, type StoredModel } from '../../src/infra/local-model/model-file.js';
import { OUTPUTS, trainLinear, type LinearWeights, type TrainingOptions } from './linear-trainer.js';
import type { Example, TrainingSet } from './training-set.js';

/** Trains, quantises and calibrates; the bytes depend only on the arguments. */
export function buildModel(
  set: TrainingSet,
  cueTerms: string,
  options: TrainingOptions,
  log?: (line: string) => void,
): Uint8Array {
  const lexiconSource = `${cueTerms.trimEnd()}\n${KNOWN_WORDS}: ${knownWords(set.train).join(' ')}\n`;
  const lexicon = CueLexicon.parse(lexiconSource);
  const trained = trainLinear(set.train, lexicon, options, log);
  const model: StoredModel = {
    ...quantise(trained),
    version: '',
    trainedFrom: set.digest,
    temperature: 1,
    searchTemperature: 1,
    confidenceQuantiles: [],
    lexicon: lexiconSource,
  };
  // Prompts of known authors and composed ones are easier than what comes; a model calibrated on them is too sure of itself.
  model.temperature = fitTemperature(model, set.heldOut);
  model.confidenceQuantiles = confidenceQuantiles(model, set.heldOut);
  log?.(`temperature ${model.temperature}`);
  model.version = createHash('sha256').update(encodeModel(model)).digest('hex').slice(0, 12);
  return encodeModel(model);
}

/** Words that stand in two or more training sentences: real words, not slips. */
function knownWords(examples: readonly Example[]): string[] {
  const sentences = new Map<string, Set<string>>();
  for (const { prompt, group } of examples) {
    for (const word of tokenizePrompt(prompt).text.split(' ')) {
      if (!/^[a-z]{4,20}$/.test(word)) continue;
      const seen = sentences.get(word) ?? new Set();
      sentences.set(word, seen.add(group === prompt ? group : prompt));
    }
  }
  return [...sentences]
    .filter(([, seen]) => seen.size > 1)
    .map(([word]) => word)
    .sort();
}

function quantise({ bits, weights, bias }: LinearWeights): Pick<StoredModel, 'bits' | 'weights' | 'bias' | 'scale'> {
  const scale = new Float32Array(OUTPUTS);
  for (let i = 0; i < weights.length; i += 1) {
    const k = i % OUTPUTS;
    scale[k] = Math.max(scale[k] ?? 0, Math.abs(weights[i] ?? 0) / 127);
  }
  const quantised = new Int8Array(weights.length);
  for (let i = 0; i < weights.length; i += 1) {
    const step = scale[i % OUTPUTS] ?? 0;
    quantised[i] = step === 0 ? 0 : Math.round((weights[i] ?? 0) / step);
  }
  return { bits, weights: quantised, bias, scale };
}

/** Confidence at every twentieth of the examples, from the least to the most sure. */
function confidenceQuantiles(model: StoredModel, examples: readonly Example[]): number[] {
  const calibrated = new LocalIntentModel(model);
  const sorted = examples
    .map(({ prompt, context }) => Math.max(...calibrated.classify(prompt, context).probabilities))
    .sort((a, b) => a - b);
  const steps = 20;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const confidence = sorted[Math.round((i / steps) * (sorted.length - 1))] ?? 0;
    return Math.round(confidence * 1000) / 1000;
  });
}

/** The temperature (grid of 0.05) with the least log loss on examples that were not trained on. */
function fitTemperature(model: StoredModel, heldOut: readonly Example[]): number {
  if (heldOut.length === 0) return 1;
  const plain = new LocalIntentModel({ ...model, temperature: 1 });
  const logits = heldOut.map((example) =>
    plain.classify(example.prompt, example.context).probabilities.map((p) => Math.log(Math.max(p, 1e-12))),
  );
  let best = 1;
  let bestLoss = Infinity;
  for (let temperature = 0.4; temperature <= 4; temperature += 0.05) {
    let loss = 0;
    for (const [i, example] of heldOut.entries()) {
      const row = logits[i];
      if (row)
        loss -=
          Math.log(Math.max(softmax(row, temperature)[workflows.indexOf(example.label)] ?? 0, 1e-9)) * example.weight;
    }
    if (loss < bestLoss) {
      bestLoss = loss;
      best = Math.round(temperature * 100) / 100;
    }
  }
  return best;
}
