import { loadCatalogue } from '@atelier/model-catalog';
import fc from 'fast-check';
import { candidates } from './candidates.js';
import { type Decision, inOperatorsOrder } from './operators-order.js';

const catalogue = loadCatalogue();
const workflow = 'image_generation';
const peers = catalogue.peersOf(workflow);
const flux = 'black-forest-labs/flux-1.1-pro';
const flare = 'gpt-image-2.5-flare';
const banana = 'models/gemini-nano-banana-2.1';
const listed = candidates(catalogue, workflow, 'balanced', '');
const usual = listed.map(({ model }) => model.id);

function order(decisions: Record<string, Decision> = {}, key = 'request-1') {
  const decided = inOperatorsOrder(listed, { workflow, peers, key }, ({ model }) => decisions[model.id] ?? {});
  return decided.map(({ model }) => model.id);
}
const decided = (weights: Record<string, number>): Record<string, Decision> =>
  Object.fromEntries(Object.entries(weights).map(([id, weight]) => [id, { weight, priority: 0 }]));
const keys = Array.from({ length: 6_000 }, (_, index) => `request-${index}`);
const shareOf = (id: string, decisions: Record<string, Decision>) =>
  keys.filter((key) => order(decisions, key)[0] === id).length / keys.length;

it('is the order of the catalogue while nobody decided anything', () => {
  expect(order()).toEqual(usual);
  expect(inOperatorsOrder(listed, { workflow, peers, key: 'x' }, () => ({}))).toBe(listed);
});

it('puts a higher priority first, and the others stay where they were', () => {
  expect(order({ [flare]: { priority: 10 } })).toEqual([flare, ...usual.filter((id) => id !== flare)]);
  expect(order({ [flux]: { priority: -200 } })[0]).toBe(flare);
});

it('leaves models alone that are no peers', () => {
  expect(order({ 'black-forest-labs/flux-schnell': { priority: 900, weight: 1_000 } })).toEqual(usual);
});

it('shares the load of equal priorities by weight', () => {
  const decisions = decided({ [flux]: 50, [flare]: 30, [banana]: 20 });
  expect(shareOf(flux, decisions)).toBeCloseTo(0.5, 1);
  expect(shareOf(flare, decisions)).toBeCloseTo(0.3, 1);
  expect(shareOf(banana, decisions)).toBeCloseTo(0.2, 1);
});

it('gives an undecided peer of the same priority the usual weight', () => {
  expect(shareOf(flux, { [flare]: { priority: 0, weight: 300 } })).toBeCloseTo(0.25, 1);
});

it('gives nothing to a weight of 0 while somebody else is there', () => {
  expect(shareOf(flux, decided({ [flux]: 0, [flare]: 1 }))).toBe(0);
});

it('gives shares that follow any weights, and always the same answer for the same request', () => {
  const weight = fc.integer({ min: 1, max: 1_000 });
  fc.assert(
    fc.property(weight, weight, weight, (one, two, three) => {
      const decisions = decided({ [flux]: one, [flare]: two, [banana]: three });
      const some = keys.slice(0, 1_500);
      const first = some.map((key) => order(decisions, key)[0]);
      expect(some.map((key) => order(decisions, key)[0])).toEqual(first);
      const total = one + two + three;
      for (const [id, share] of [
        [flux, one / total],
        [flare, two / total],
        [banana, three / total],
      ] as const) {
        const seen = first.filter((chosen) => chosen === id).length;
        // Six standard deviations: the keys are fixed, so this holds or does not, but never by chance.
        const deviation = Math.sqrt(some.length * share * (1 - share));
        expect(Math.abs(seen - some.length * share)).toBeLessThan(6 * deviation + 3);
      }
    }),
    { numRuns: 30, seed: 7 },
  );
});

it('moves only the requests of a peer that leaves', () => {
  const all = decided({ [flux]: 10, [flare]: 10, [banana]: 10 });
  const without = decided({ [flux]: 10, [flare]: 10, [banana]: 0 });
  for (const key of keys.slice(0, 500)) {
    const [chosen] = order(all, key);
    if (chosen !== banana) expect(order(without, key)[0]).toBe(chosen);
  }
});

it('names all models once, whatever is decided', () => {
  const decision = fc.record(
    { weight: fc.integer({ min: 0, max: 1_000 }), priority: fc.integer({ min: -1_000, max: 1_000 }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...usual), decision), fc.string(), (decisions, key) => {
      expect(order(decisions, key).toSorted()).toEqual(usual.toSorted());
    }),
  );
});

it('says why a raised model stands first, and lets it fall back like any other', () => {
  const [first] = inOperatorsOrder(listed, { workflow, peers, key: 'x' }, ({ model }) =>
    model.id === flare ? { priority: 5 } : {},
  );
  expect(first).toEqual({
    model: expect.objectContaining({ id: flare }),
    why: expect.stringContaining('first choice'),
  });
});
