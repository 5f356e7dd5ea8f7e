import { readFileSync } from 'node:fs';
import { DecisionTable } from '../../domain/decision-table.js';
import { IntentClassifier } from '../../domain/classify-intent.js';
import { workflows } from '../../domain/intent.js';
import { buildModel } from '../../../tools/training/build-model.js';
import { defaultOptions } from '../../../tools/training/linear-trainer.js';
import { accuracy, expectedCalibrationError, predictAll } from '../../../tools/training/metrics.js';
import { loadTrainingSet } from '../../../tools/training/training-set.js';
import { LocalIntentModel } from './local-intent-model.js';
import { decodeModel, encodeModel } from './model-file.js';

const data = new URL('../../../data/', import.meta.url);
const modelPath = new URL('intent-model.bin', data).pathname;
const model = LocalIntentModel.load(modelPath);
const set = loadTrainingSet(data, defaultOptions.seed);

describe('LocalIntentModel', () => {
  it('was trained from the data that lies beside it', () => {
    expect(decodeModel(new Uint8Array(readFileSync(modelPath))).trainedFrom).toBe(set.digest);
  });

  it('gives nine probabilities that add up to one', () => {
    const { probabilities } = model.classify('make it move', { workingImages: 1, uploadedImages: 0, references: [] });
    expect(probabilities).toHaveLength(workflows.length);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
  });

  it('decides by the context where the words are the same', () => {
    const best = (images: number): string | undefined => {
      const { probabilities } = model.classify('a sailboat at sunset, camera pans left', {
        workingImages: images,
        uploadedImages: 0,
        references: [],
      });
      return workflows[probabilities.indexOf(Math.max(...probabilities))];
    };
    expect(best(0)).toBe('text_to_video');
    expect(best(1)).toBe('image_to_video');
  });

  describe('on prompts of authors that it was not trained on', () => {
    const outcomes = predictAll(model, set.heldOut);

    it('is right nine times in ten, four times in five for each workflow, and knows how sure it may be', () => {
      expect(outcomes.length).toBeGreaterThan(250);
      expect(accuracy(outcomes)).toBeGreaterThan(0.9);
      expect(expectedCalibrationError(outcomes)).toBeLessThan(0.05);
      for (const workflow of workflows) {
        const right = accuracy(outcomes.filter(({ label }) => label === workflow));
        expect({ workflow, right: right >= 0.8 }).toEqual({ workflow, right: true });
      }
    });

    it('is nearly always right on the four fifths that it is most sure of', () => {
      const mostSure = outcomes
        .toSorted((a, b) => b.confidence - a.confidence)
        .slice(0, Math.round(0.8 * outcomes.length));
      expect(accuracy(mostSure)).toBeGreaterThan(0.97);
    });

    it('leaves the wanted share of prompts to the language model', () => {
      for (const share of [0, 0.1, 0.25, 0.5, 1]) {
        const asked = outcomes.filter(({ confidence }) => confidence < model.sureFrom(share)).length / outcomes.length;
        expect(Math.abs(asked - share)).toBeLessThan(0.03);
      }
    });
  });

  it.each([
    ['nothing', ''],
    ['one word over and over', 'word '.repeat(400)],
    ['one endless word', 'a'.repeat(2000)],
    ['control characters', '\u0000\u0001\u0007\u001b[31m make it red'],
    ['right-to-left overrides', '\u202egnp.exe\u202c remove the background \u2066x\u2069'],
    ['ten thousand tags', '@tag '.repeat(10_000)],
    ['unpaired surrogates', '\ud800\udc00\ud800 x \udfff'],
    ['compatibility characters that grow', '\ufdfa'.repeat(2000)],
    ['combining marks', `e${'\u0301'.repeat(1999)}`],
    ['quotes and apostrophes', `'"`.repeat(1000)],
    ['decimal points', '1.'.repeat(1000)],
  ])('answers %s sanely', async (_name, prompt) => {
    const classifier = new IntentClassifier({
      model,
      decisionTable: DecisionTable.parse(readFileSync(new URL('decision-table.csv', data), 'utf8')),
    });
    const answer = await classifier.classify({
      prompt,
      context: { workingImages: 0, uploadedImages: 1, references: [] },
    });
    expect(workflows).toContain(answer.workflow);
    expect(answer.confidence).toBeGreaterThan(0);
    expect(answer.confidence).toBeLessThanOrEqual(1);
  });

  it('refuses files that are not its own', () => {
    const bytes = new Uint8Array(readFileSync(modelPath));
    expect(() => decodeModel(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
    expect(() => decodeModel(new Uint8Array(3))).toThrow(RangeError);
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });
});

describe('buildModel', () => {
  it('gives the same bytes for the same seed and others for another', () => {
    const few = {
      train: set.train.filter((_, i) => i % 60 === 0),
      heldOut: set.heldOut.slice(0, 40),
      digest: set.digest,
    };
    const lexicon = readFileSync(new URL('lexicon.txt', data), 'utf8');
    const build = (seed: number): Uint8Array =>
      buildModel(few, lexicon, { ...defaultOptions, seed, bits: 10, epochs: 2 });
    expect(build(1)).toEqual(build(1));
    expect(build(1)).not.toEqual(build(2));
  });
});
