import { readFileSync } from 'node:fs';
import type { CueLexicon, PromptReading } from '../../domain/cue-lexicon.js';
import type { IntentModel, LocalAnswer } from '../../domain/intent-models.js';
import { workflows, type IntentContext } from '../../domain/intent.js';
import { IntentFeatures } from './intent-features.js';
import { decodeModel, lexiconOf, type StoredModel } from './model-file.js';

const warmUpPrompts = [
  'plain words and a coment, "twice" @once '.repeat(20),
  '背景を消して '.repeat(40),
  'убери фон, без звука '.repeat(20),
];
const OUTPUTS = workflows.length + 1;

/** The in-process intent model: hashed n-grams and cues, one int8 matrix, no network. */
export class LocalIntentModel implements IntentModel {
  readonly version: string;
  private readonly model: StoredModel;
  private readonly lexicon: CueLexicon;
  private readonly features: IntentFeatures;
  private readonly scores = new Float64Array(OUTPUTS);

  constructor(model: StoredModel) {
    this.model = model;
    this.version = model.version;
    this.lexicon = lexiconOf(model);
    this.features = new IntentFeatures(model.bits);
  }

  /** Reads a model file; throws a RangeError when it is not one that this code understands. */
  static load(path: string): LocalIntentModel {
    const model = new LocalIntentModel(decodeModel(readFileSync(path)));
    // The first prompts would otherwise pay for compilation: tens of milliseconds instead of microseconds.
    for (const prompt of warmUpPrompts) model.classify(prompt, { workingImages: 0, uploadedImages: 1, references: [] });
    return model;
  }

  sureFrom(share: number): number {
    if (share >= 1) return Infinity;
    const { confidenceQuantiles: quantiles } = this.model;
    const at = Math.max(0, share) * (quantiles.length - 1);
    const below = quantiles[Math.floor(at)] ?? 0;
    const above = quantiles[Math.ceil(at)] ?? below;
    return share <= 0 ? 0 : below + (above - below) * (at - Math.floor(at));
  }

  read(prompt: string): PromptReading {
    return this.lexicon.read(prompt);
  }

  classify(prompt: string, context: IntentContext): LocalAnswer {
    const reading = this.read(prompt);
    const { scale, bias, weights, temperature, searchTemperature } = this.model;
    const { index, value, count } = this.features.extract(reading, context);
    const scores = this.scores.fill(0);
    for (let i = 0; i < count; i += 1) {
      const base = (index[i] ?? 0) * OUTPUTS;
      const weight = value[i] ?? 0;
      for (let k = 0; k < OUTPUTS; k += 1) scores[k] = (scores[k] ?? 0) + (weights[base + k] ?? 0) * weight;
    }
    for (let k = 0; k < OUTPUTS; k += 1) scores[k] = (scores[k] ?? 0) * (scale[k] ?? 0) + (bias[k] ?? 0);
    return {
      probabilities: softmax(scores.subarray(0, workflows.length), temperature),
      requiresWebSearch: 1 / (1 + Math.exp(-(scores[workflows.length] ?? 0) / searchTemperature)),
      reading,
    };
  }
}

/** Softmax at a temperature, in a new array. */
export function softmax(scores: Float64Array, temperature: number): Float64Array {
  let max = -Infinity;
  for (const score of scores) max = Math.max(max, score);
  const probabilities = scores.map((score) => Math.exp((score - max) / temperature));
  let sum = 0;
  for (const probability of probabilities) sum += probability;
  return probabilities.map((probability) => probability / sum);
}
