import fc from 'fast-check';
import { workflows } from './intent.js';
import { pooledConfidence } from './pooled-confidence.js';

const distribution = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: workflows.length, maxLength: workflows.length })
  .map((parts) => {
    const sum = parts.reduce((total, part) => total + part, 0);
    return Float64Array.from(parts, (part) => (sum > 0 ? part / sum : 1 / workflows.length));
  });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyWorkflow = fc.constantFrom(...workflows);
/** The local model gives `first` to image_generation, `second` to hair_styling, and the rest to the others. */
const local = (first: number, second: number): Float64Array =>
  Float64Array.from(workflows, (name) => {
    if (name === 'image_generation') return first;
    return name === 'hair_styling' ? second : (1 - first - second) / (workflows.length - 2);
  });

describe('pooledConfidence', () => {
  it('stays above 0 and never claims certainty', () => {
    fc.assert(
      fc.property(distribution, anyWorkflow, fc.double(), (probabilities, workflow, stated) => {
        const confidence = pooledConfidence(probabilities, workflow, stated);
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThanOrEqual(0.95);
      }),
    );
  });

  it('grows with what the model says of itself', () => {
    fc.assert(
      fc.property(distribution, anyWorkflow, share, share, (probabilities, workflow, one, other) => {
        const low = pooledConfidence(probabilities, workflow, Math.min(one, other));
        expect(pooledConfidence(probabilities, workflow, Math.max(one, other))).toBeGreaterThanOrEqual(low - 1e-12);
      }),
    );
  });

  it('grows with what the local model thinks of the answer', () => {
    const confidences = [0.01, 0.1, 0.3, 0.6].map((p) => pooledConfidence(local(0.3, p), 'hair_styling', 0.9));
    expect(confidences).toEqual([...confidences].sort((a, b) => a - b));
  });

  it('is high when both agree, lower when they differ, and low when the local model finds it absurd', () => {
    const agree = pooledConfidence(local(0.55, 0.2), 'image_generation', 0.9);
    const differ = pooledConfidence(local(0.55, 0.2), 'hair_styling', 0.9);
    const absurd = pooledConfidence(local(0.9, 0.001), 'hair_styling', 0.9);
    expect(agree).toBeGreaterThan(0.85);
    expect(differ).toBeLessThan(agree);
    expect(differ).toBeGreaterThan(0.6);
    expect(absurd).toBeLessThan(0.5);
  });

  it('takes a number that is none for no confidence at all', () => {
    expect(pooledConfidence(local(0.4, 0.4), 'hair_styling', Number.NaN)).toBe(
      pooledConfidence(local(0.4, 0.4), 'hair_styling', 0),
    );
  });
});
