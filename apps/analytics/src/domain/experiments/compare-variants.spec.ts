import { alwaysValid, normalPValue } from './always-valid.js';
import { alpha, compareSamples, sampleRatioPValue } from './compare-variants.js';
import type { ExperimentMetric } from './metrics.js';
import { addToSample, emptySample, logRatioVariance, ofUser, type RatioSample } from './ratio-sample.js';

/** Mulberry32: the same numbers in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** What is seen of a variant on one day after the other. */
type Days = (random: () => number) => () => RatioSample;

/** Users who come once, with one case each. */
const newUsers =
  (perDay: number, caseOf: (random: () => number) => number): Days =>
  (random) => {
    let sample = emptySample;
    return () => {
      for (let user = 0; user < perDay; user += 1) sample = addToSample(sample, ofUser(caseOf(random), 1));
      return sample;
    };
  };

/** Users who come again and again, and differ: some are nearly always content, some seldom. */
const returningUsers =
  (count: number, meanLogit: number): Days =>
  (random) => {
    const users = Array.from({ length: count }, () => {
      return { chance: 1 / (1 + Math.exp(-(meanLogit + 1.2 * normal(random)))), y: 0, x: 0 };
    });
    return () => {
      for (const user of users) {
        if (random() < 0.4) continue;
        user.x += 1;
        if (random() < user.chance) user.y += 1;
      }
      return users.filter(({ x }) => x > 0).reduce((sum, { y, x }) => addToSample(sum, ofUser(y, x)), emptySample);
    };
  };

const yes = (chance: number) => (random: () => number) => (random() < chance ? 1 : 0);

/** Share of experiments without any difference in which a daily look ever finds one: by the sequential test, and by a z-test. */
function falseAlarms(metric: ExperimentMetric, days: Days, seed: number, experiments = 150, looks = 30) {
  const random = randomNumbers(seed);
  let sequential = 0;
  let fixed = 0;
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    const [control, variant] = [days(random), days(random)];
    let found = { sequential: false, fixed: false };
    for (let look = 0; look < looks; look += 1) {
      const [a, b] = [control(), variant()];
      const compared = compareSamples(metric, a, b);
      if (!compared) continue;
      const z = Math.log(b.y / b.x / (a.y / a.x)) / Math.sqrt(logRatioVariance(a) + logRatioVariance(b));
      found = {
        sequential: found.sequential || compared.verdict !== 'undecided',
        fixed: found.fixed || normalPValue(z) < alpha,
      };
    }
    if (found.sequential) sequential += 1;
    if (found.fixed) fixed += 1;
  }
  return { sequential: sequential / experiments, fixed: fixed / experiments };
}

describe('where there is no difference, a month of daily looks', () => {
  it.each<[string, ExperimentMetric, Days]>([
    ['at mostly right answers', 'accuracy', newUsers(120, yes(0.9))],
    ['at seldom repetitions', 'regenerations', newUsers(150, yes(0.08))],
    [
      'at costs of which few are large',
      'cost_per_generation',
      newUsers(120, (random) => Math.exp(0.8 * normal(random))),
    ],
    ['at ratings', 'rating', newUsers(120, (random) => 1 + Math.floor(5 * random() ** 0.4))],
    ['at users who come every day and differ', 'success_rate', returningUsers(400, 2)],
  ])(
    '%s finds one in at most 5 %% of experiments, where a fixed-horizon test would in many more',
    (_what, metric, days) => {
      const { sequential, fixed } = falseAlarms(metric, days, 20_261_121);
      expect(sequential).toBeLessThanOrEqual(alpha);
      expect(fixed).toBeGreaterThan(2 * alpha);
    },
    60_000,
  );
});

describe('where there is a difference', () => {
  it('finds it, says which way is better, and its interval holds the truth at all looks', () => {
    const random = randomNumbers(7);
    let [better, held] = [0, 0];
    const experiments = 200;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const control = newUsers(150, yes(0.8))(random);
      const variant = newUsers(150, yes(0.9))(random);
      let [found, isHeld] = [false, true];
      for (let look = 0; look < 30; look += 1) {
        const compared = compareSamples('accuracy', control(), variant());
        if (!compared) continue;
        found ||= compared.verdict === 'better';
        isHeld &&= compared.liftLow <= 0.125 && compared.liftHigh >= 0.125;
      }
      if (found) better += 1;
      if (isHeld) held += 1;
    }
    expect(better / experiments).toBeGreaterThan(0.95);
    expect(held / experiments).toBeGreaterThanOrEqual(1 - alpha);
  }, 60_000);

  it('calls less better where less is better', () => {
    const sampleOf = (share: number): RatioSample =>
      Array.from({ length: 4_000 }, (_, user) => ofUser(user % 100 < share ? 1 : 0, 1)).reduce(addToSample);
    expect(compareSamples('regenerations', sampleOf(20), sampleOf(10))).toMatchObject({ verdict: 'better' });
    expect(compareSamples('accuracy', sampleOf(20), sampleOf(10))).toMatchObject({ verdict: 'worse' });
    expect(compareSamples('accuracy', sampleOf(20), sampleOf(20))).toMatchObject({ lift: 0, verdict: 'undecided' });
  });
});

it('says nothing of a few users, and nothing where nothing varies', () => {
  const users = (count: number, y: number) => Array.from({ length: count }, () => ofUser(y, 1)).reduce(addToSample);
  expect(compareSamples('rating', users(99, 4), users(5_000, 5))).toBeUndefined();
  expect(compareSamples('rating', users(500, 4), users(500, 5))).toBeUndefined();
  expect(compareSamples('accuracy', users(500, 1), users(500, 1))).toBeUndefined();
  expect(compareSamples('regenerations', users(500, 0), users(500, 0))).toBeUndefined();
  expect(compareSamples('rating', emptySample, emptySample)).toBeUndefined();
});

it('has intervals and p-values that agree', () => {
  for (const value of [-0.3, -0.05, 0, 0.02, 0.1, 0.5]) {
    for (const variance of [1e-6, 1e-4, 1e-2, 1]) {
      const { low, high, pValue } = alwaysValid({ value, variance }, 0.1, alpha);
      expect(low > 0 || high < 0).toBe(pValue < alpha);
      expect(pValue).toBeGreaterThanOrEqual(0);
      expect(pValue).toBeLessThanOrEqual(1);
    }
  }
});

it('sees that users were not shared out as wanted', () => {
  expect(sampleRatioPValue(5_000, 5_010, 0.5)).toBeGreaterThan(0.5);
  expect(sampleRatioPValue(5_000, 5_500, 0.5)).toBeLessThan(1e-5);
  expect(sampleRatioPValue(9_000, 1_000, 0.1)).toBeCloseTo(1);
  expect(sampleRatioPValue(0, 0, 0.5)).toBe(1);
  expect(normalPValue(1.959964)).toBeCloseTo(0.05, 5);
});
