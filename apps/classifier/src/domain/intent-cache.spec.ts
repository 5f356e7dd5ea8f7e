import { IntentCache, intentKey } from './intent-cache.js';
import type { Classification, IntentContext } from './intent.js';

const nothing: IntentContext = { workingImages: 0, uploadedImages: 0, references: [] };
const key = (prompt: string, context: Partial<IntentContext> = {}): string =>
  intentKey('v1', 'cascade', prompt, { ...nothing, ...context });
const answer: Classification = {
  workflow: 'image_editing',
  confidence: 0.9,
  reasoning: 'x',
  requiresWebSearch: false,
  webSearchQuery: '',
  enhancementNeeded: false,
  source: 'local',
  missingInputs: [],
};

describe('intentKey', () => {
  it.each([
    ['letter case', 'Remove HIM', 'remove him'],
    ['blanks', '  remove\t  him ', 'remove him'],
    ['accents', 'café à la mode', 'cafe a la mode'],
    ['compatibility forms', 'ｒｅｍｏｖｅ him', 'remove him'],
    ['invisible characters', 're\u200bmove him\u2060', 'remove him'],
    ['line breaks', 'one\r\n\n  two', 'one\ntwo'],
  ])('is the same whatever the %s', (_, one, other) => {
    expect(key(one)).toBe(key(other));
  });

  it.each([
    ['words', 'remove him', 'remove her'],
    ['names', 'put @lena in it', 'put @maya in it'],
    ['punctuation', 'no, music', 'no music'],
    ['lines, which are clauses', 'no\nmusic', 'no music'],
    ['numbers', '10 s', '20 s'],
  ])('differs with the %s', (_, one, other) => {
    expect(key(one)).not.toBe(key(other));
  });

  it('differs with who answers, how, and which kinds of image are there', () => {
    const keys = [
      key('x'),
      key('x', { workingImages: 1 }),
      key('x', { workingImages: 2 }),
      key('x', { uploadedImages: 1 }),
      key('x', { uploadedImages: 2 }),
      key('x', { references: ['a'] }),
      key('x', { references: ['a', 'b'] }),
      intentKey('v2', 'cascade', 'x', nothing),
      intentKey('v1', 'llm_first', 'x', nothing),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('holds no names: they stand in the prompt', () => {
    expect(key('x', { references: ['lena'] })).toBe(key('x', { references: ['maya'] }));
  });
});

describe('IntentCache', () => {
  it('gives copies that say where they come from', () => {
    const cache = new IntentCache();
    cache.set('k', answer);
    cache.get('k')?.missingInputs.push('broken');
    expect(cache.get('k')).toEqual({ ...answer, source: 'cache' });
    expect(cache.get('other')).toBeUndefined();
  });

  it('keeps as many as it may, for as long as it may', () => {
    let now = 1;
    const cache = new IntentCache({ entries: 2, ttlMs: 1_000, now: () => now });
    for (const name of ['a', 'b', 'c']) cache.set(name, answer);
    expect(cache.get('a')).toBeUndefined();
    now += 1_001;
    expect(cache.get('c')).toBeUndefined();
  });
});
