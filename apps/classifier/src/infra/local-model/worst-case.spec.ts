import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { composeClassification } from '../../domain/compose-classification.js';
import { DecisionTable } from '../../domain/decision-table.js';
import { intentKey } from '../../domain/intent-cache.js';
import { LocalIntentModel } from './local-intent-model.js';

const data = new URL('../../../data/', import.meta.url);
const model = LocalIntentModel.load(new URL('intent-model.bin', data).pathname);
const table = DecisionTable.parse(readFileSync(new URL('decision-table.csv', data), 'utf8'));
const context = { workingImages: 0, uploadedImages: 1, references: [] };

/** Look-ups, comparisons of characters and cuts of strings: what the time of a prompt is made of. */
function workOf(prompt: string): number {
  const spies = [
    jest.spyOn(Map.prototype, 'get'),
    jest.spyOn(Map.prototype, 'has'),
    jest.spyOn(Set.prototype, 'has'),
    jest.spyOn(String.prototype, 'slice'),
    jest.spyOn(String.prototype, 'charCodeAt'),
    jest.spyOn(Array.prototype, 'push'),
    jest.spyOn(Array.prototype, 'includes'),
  ];
  try {
    intentKey('v', 'cascade', prompt, context);
    composeClassification({ prompt, context, local: model.classify(prompt, context), table });
    return spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  } finally {
    jest.restoreAllMocks();
  }
}
const filled = (unit: string, length: number): string => [...unit.repeat(length)].slice(0, length).join('');

describe('the work for a prompt', () => {
  it.each([
    ['one word', 'word '],
    ['tags', '@t '],
    ['negations', 'no '],
    ['Chinese negations', '不'],
    ['negations and contrasts', 'no but '],
    ['negations and cues', 'no hair '],
    ['cues that are kept', 'keep the hair '],
    ['postposed negations', 'music nahi '],
    ['cues of many tags', 'take on me '],
    ['openings of long terms', 'in the '],
    ['misspelt terms', 'shapren qaulity '],
    ['nonsense of four letters', 'zqxw jvkp '],
    ['nonsense of forty letters', `${'zqxwjvkp'.repeat(5)} `],
    ['long words with the start of a stem', `animat${'q'.repeat(34)} `],
    ['quotes', `'"`],
    ['apostrophes before words', " 'x"],
    ['decimal points', '1.'],
    ['combining marks', 'e\u0301\u0316'],
    ['emoji families', '👨‍👩‍👧‍👦'],
    ['ligatures that grow', '\ufdfa'],
    ['owners of pictures', 'my old '],
    ['commas', ' ,'],
  ])('grows with its length and no faster: %s', (_, unit) => {
    const half = workOf(filled(unit, 500));
    const whole = workOf(filled(unit, 1_000));
    expect(half).toBeGreaterThan(100);
    expect(whole).toBeLessThan(2.2 * half + 200);
    expect(whole).toBeLessThan(1_000 * 150);
  });

  it.each([['@tag '], ['no '], ['word '], ['不'], ['a']])('does not grow beyond 2,000 characters: %s', (unit) => {
    const limit = workOf(filled(unit, 2_000));
    expect(workOf(filled(unit, 50_000))).toBeLessThan(1.1 * limit + 500);
  });
});
