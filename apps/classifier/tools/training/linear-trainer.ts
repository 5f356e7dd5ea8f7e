import type { Cue } from '../../src/domain/cue.js';
import { CueLexicon } from '../../src/domain/cue-lexicon.js';
import { workflows } from '../../src/domain/intent.js';
import { IntentFeatures, type SparseFeatures } from '../../src/infra/local-model/intent-features.js';
import { varied } from './augment.js';
import { SeededRandom } from './random.js';
import type { Example } from './training-set.js';

/** Nine workflow outputs and one for "needs a web search". */
export const OUTPUTS = workflows.length + 1;

export interface TrainingOptions {
  seed: number;
  bits: number;
  epochs: number;
  learningRate: number;
  l2: number;
  labelSmoothing: number;
  /** Share of words hidden from each example, so that no single word decides. */
  wordDropout: number;
  /** Share of examples in which some cues are hidden, so that plain words learn too. */
  cueDropout: number;
}

export const defaultOptions: TrainingOptions = {
  seed: 20,
  bits: 17,
  epochs: 14,
  learningRate: 0.12,
  l2: 2e-6,
  labelSmoothing: 0.03,
  wordDropout: 0.06,
  cueDropout: 0.3,
};

/** Weights `[bucket * OUTPUTS + output]` and a bias for each output. */
export interface LinearWeights {
  bits: number;
  weights: Float32Array;
  bias: Float32Array;
}

/** Multinomial logistic regression (and a web-search head) by AdaGrad; the same seed and data give the same weights. */
export function trainLinear(
  examples: readonly Example[],
  lexicon: CueLexicon,
  options: TrainingOptions,
  log?: (line: string) => void,
): LinearWeights {
  const size = 1 << options.bits;
  const weights = new Float32Array(size * OUTPUTS);
  const squares = new Float32Array(size * OUTPUTS).fill(1e-3);
  const bias = new Float32Array(OUTPUTS);
  const averaged = new Float32Array(size * OUTPUTS);
  const random = new SeededRandom(options.seed);
  const features = new IntentFeatures(options.bits);
  const scores = new Float64Array(OUTPUTS);
  const gradient = new Float64Array(OUTPUTS);
  const order = examples.map((_, i) => i);
  const averageFrom = Math.floor(options.epochs / 2);
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    const rate = options.learningRate * (1 - (0.8 * epoch) / options.epochs);
    let loss = 0;
    for (const at of random.shuffle(order)) {
      const example = examples[at];
      if (!example) continue;
      const reading = lexicon.read(varied(example, random));
      const hideCues = random.chance(options.cueDropout);
      features.extract(reading, example.context, {
        token: () => random.chance(options.wordDropout),
        cue: (cue: Cue) => hideCues && cue.tag !== 'NEG' && random.chance(0.3),
      });
      loss += step(features, example, weights, squares, bias, scores, gradient, rate, options);
    }
    if (epoch >= averageFrom)
      for (let i = 0; i < weights.length; i += 1) averaged[i] = (averaged[i] ?? 0) + (weights[i] ?? 0);
    log?.(`epoch ${epoch + 1}/${options.epochs} loss ${(loss / examples.length).toFixed(4)}`);
  }
  const epochsAveraged = options.epochs - averageFrom;
  for (let i = 0; i < averaged.length; i += 1) averaged[i] = (averaged[i] ?? 0) / epochsAveraged;
  return { bits: options.bits, weights: averaged, bias };
}

function step(
  x: SparseFeatures,
  example: Example,
  weights: Float32Array,
  squares: Float32Array,
  bias: Float32Array,
  scores: Float64Array,
  gradient: Float64Array,
  rate: number,
  { l2, labelSmoothing }: TrainingOptions,
): number {
  const classes = OUTPUTS - 1;
  for (let k = 0; k < OUTPUTS; k += 1) scores[k] = bias[k] ?? 0;
  for (let i = 0; i < x.count; i += 1) {
    const base = (x.index[i] ?? 0) * OUTPUTS;
    const value = x.value[i] ?? 0;
    for (let k = 0; k < OUTPUTS; k += 1) scores[k] = (scores[k] ?? 0) + (weights[base + k] ?? 0) * value;
  }
  let max = -Infinity;
  for (let k = 0; k < classes; k += 1) max = Math.max(max, scores[k] ?? 0);
  let sum = 0;
  for (let k = 0; k < classes; k += 1) sum += Math.exp((scores[k] ?? 0) - max);
  const label = workflows.indexOf(example.label);
  for (let k = 0; k < classes; k += 1) {
    const target = k === label ? 1 - labelSmoothing : labelSmoothing / (classes - 1);
    gradient[k] = (Math.exp((scores[k] ?? 0) - max) / sum - target) * example.weight;
  }
  const search = 1 / (1 + Math.exp(-(scores[classes] ?? 0)));
  gradient[classes] = (search - (example.search ? 1 : 0)) * example.weight * (example.search ? 2 : 1);
  for (let i = 0; i < x.count; i += 1) {
    const base = (x.index[i] ?? 0) * OUTPUTS;
    const value = x.value[i] ?? 0;
    for (let k = 0; k < OUTPUTS; k += 1) {
      const at = base + k;
      const g = (gradient[k] ?? 0) * value + l2 * (weights[at] ?? 0);
      const total = (squares[at] ?? 0) + g * g;
      squares[at] = total;
      weights[at] = (weights[at] ?? 0) - (rate * g) / Math.sqrt(total);
    }
  }
  for (let k = 0; k < OUTPUTS; k += 1) bias[k] = (bias[k] ?? 0) - rate * 0.05 * (gradient[k] ?? 0);
  return -Math.log(Math.max(1e-9, Math.exp((scores[label] ?? 0) - max) / sum)) * example.weight;
}
