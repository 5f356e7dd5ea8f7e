import { createGrpcClient } from '@atelier/grpc';
import { Preferences, SuggestionServiceService } from '@atelier/contracts/presets/v1';
import { sql } from 'kysely';
import {
  byAdmin,
  byOmar,
  bySarah,
  byService,
  clock,
  database,
  published,
  start,
  suggestions,
  usePresetsService,
  preferences,
} from './running-presets.js';

usePresetsService();

const find = async (query: string, by = bySarah, limit = 0): Promise<string[]> => {
  const { suggestions: found } = await suggestions.autocompleteSuggestions({ query, limit }, by);
  return found.map(({ text, matchType }) => `${matchType}: ${text}`);
};
let keys = 0;
const learn = (ownerId: string, prompts: readonly string[]) =>
  suggestions.recordPrompts(
    { prompts: prompts.map((prompt) => ({ key: `g-${(keys += 1)}`, ownerId, prompt })) },
    byService,
  );
const later = (ms: number): void => void (clock.time = new Date(clock.time.getTime() + ms));
/** What was used is read again after a minute, by the answer that asks for it and for those after it. */
const findsFirst = async (query: string, expected: string): Promise<string | undefined> => {
  later(61_000);
  let first: string | undefined;
  // The answer does not wait for what it asks for; each round gives the database time to answer.
  for (let round = 0; round < 200 && first !== expected; round += 1) [first] = await find(query);
  return first;
};
const rows = async (table: string): Promise<number> => {
  const { rows: found } = await sql<{ n: number }>`
    select count(*)::int4 as n from presets.${sql.raw(table)}`.execute(database.kysely());
  return found[0]?.n ?? -1;
};
const optIn = (by: typeof bySarah, suggestFromHistory = true) =>
  preferences.putPreferences(
    { preferences: Preferences.create({ aiEnabled: true, suggestFromHistory }), ifMatch: [] },
    by,
  );

describe('completion', () => {
  it('completes what begins so first, ten at a time', async () => {
    const { suggestions: found } = await suggestions.autocompleteSuggestions({ query: 'portrait', limit: 0 }, bySarah);
    expect(found[0]).toMatchObject({
      text: 'portrait of a woman',
      category: 'subjects',
      description: 'Human portrait',
      matchType: 'prefix',
    });
    expect(await find('a')).toHaveLength(10);
    expect(await find('sunset light')).toContain('semantic: golden hour lighting');
  });

  it('answers nothing to nothing, and hostile queries like any other', async () => {
    for (const query of ['', ' ', '\u0000\u0007', '(a+)+$', '.*', '%_\\', '['.repeat(2_000), 'a'.repeat(2_000)])
      expect((await find(query)).length).toBeLessThanOrEqual(10);
    expect(await find('(.*)+')).toEqual([]);
  });

  it('lists by category', async () => {
    expect((await suggestions.listSuggestions({ category: '' }, bySarah)).suggestions).toHaveLength(53);
    const { suggestions: moods } = await suggestions.listSuggestions({ category: 'mood' }, bySarah);
    expect(moods.map(({ text }) => text)).toContain('peaceful atmosphere');
  });
});

describe('popularity', () => {
  it('puts what is used more first among what is found in the same way', async () => {
    expect(await find('d')).toEqual(expect.arrayContaining(['prefix: dramatic mood', 'prefix: digital art']));
    await learn('omar', ['a ship at sea, dramatic lighting', 'Dramatic  lighting: a fox', 'a cat, neon lights']);
    expect(await findsFirst('d', 'prefix: dramatic lighting')).toBe('prefix: dramatic lighting');
    await learn(
      'omar',
      Array.from({ length: 9 }, () => 'digital art of a cat'),
    );
    expect(await findsFirst('d', 'prefix: digital art')).toBe('prefix: digital art');
  });

  it('forgets: two weeks halve a use, and nothing old is kept', async () => {
    await learn(
      'omar',
      Array.from({ length: 3 }, () => 'digital art of a cat'),
    );
    later(60 * 86_400_000);
    await learn('omar', ['dramatic mood on a hill']);
    expect(await findsFirst('d', 'prefix: dramatic mood')).toBe('prefix: dramatic mood');
    later(60 * 86_400_000);
    await learn('omar', ['a fox']);
    expect([await rows('counted_prompts'), await rows('suggestion_uses')]).toEqual([1, 1]);
  });

  it('counts a prompt once however often it is told', async () => {
    const prompts = [{ key: 'g-same', ownerId: 'omar', prompt: 'oil painting of a fox' }];
    await Promise.all([1, 2, 3].map(() => suggestions.recordPrompts({ prompts: [...prompts, ...prompts] }, byService)));
    const { rows: counted } = await sql`select text, uses from presets.suggestion_uses`.execute(database.kysely());
    expect(counted).toEqual([{ text: 'oil painting', uses: 1 }]);
    expect(published.map(({ suggestionUsed, userId }) => [suggestionUsed, userId])).toEqual([
      [{ text: 'oil painting', category: 'styles' }, 'omar'],
    ]);
  });

  it('is taught by services alone', async () => {
    const prompts = [{ key: 'g-1', ownerId: 'sarah', prompt: 'oil painting' }];
    for (const by of [bySarah, byAdmin])
      await expect(suggestions.recordPrompts({ prompts }, by)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await rows('counted_prompts')).toBe(0);
  });
});

describe('own earlier prompts', () => {
  it('are not kept unless their user asked for it', async () => {
    await learn('sarah', ['a secret garden behind the wall']);
    expect(await find('a secret')).not.toContain('prefix: a secret garden behind the wall');
    expect(await suggestions.getPromptHistory({}, bySarah)).toEqual({ enabled: false, promptCount: 0 });
    expect(await rows('past_prompts')).toBe(0);
  });

  it('come first among equals for their user, and never for anybody else', async () => {
    await optIn(bySarah);
    await learn('sarah', ['portrait of my aunt Miriam', 'Portrait of my aunt, Miriam!', 'a fox in the snow']);
    expect((await find('portrait')).slice(0, 2)).toEqual([
      'prefix: Portrait of my aunt, Miriam!',
      'prefix: portrait of a woman',
    ]);
    expect(await find('fox')).toContain('word: a fox in the snow');
    for (const by of [byOmar, byAdmin]) {
      expect((await find('portrait', by))[0]).toBe('prefix: portrait of a woman');
      for (const query of ['portrait', 'fox', 'a fox in the snow', 'aunt miriam', 'p'])
        expect((await find(query, by, 50)).join()).not.toMatch(/Miriam|fox/);
    }
    await optIn(byOmar);
    expect((await find('aunt miriam', byOmar, 50)).join()).not.toContain('Miriam');
    expect(await suggestions.getPromptHistory({}, bySarah)).toEqual({ enabled: true, promptCount: 2 });
    const {
      suggestions: [first],
    } = await suggestions.autocompleteSuggestions({ query: 'portrait', limit: 1 }, bySarah);
    expect(first).toMatchObject({ category: 'history', description: 'Your earlier prompt' });
  });

  it('have their scores in order with the rest', async () => {
    await optIn(bySarah);
    await learn('sarah', ['a light in the dark', 'dark lights over the harbour of a small town']);
    const { suggestions: found } = await suggestions.autocompleteSuggestions({ query: 'light', limit: 50 }, bySarah);
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('are gone when their user opts out, in every process', async () => {
    const other = await start();
    const elsewhere = createGrpcClient(SuggestionServiceService, { target: other.running.address });
    try {
      await optIn(bySarah);
      await learn('sarah', ['a secret garden']);
      const read = () => elsewhere.autocompleteSuggestions({ query: 'a secret', limit: 0 }, bySarah);
      expect((await read()).suggestions[0]?.text).toBe('a secret garden');
      await optIn(bySarah, false);
      expect(await suggestions.getPromptHistory({}, bySarah)).toEqual({ enabled: false, promptCount: 0 });
      expect(await rows('past_prompts')).toBe(0);
      expect((await find('a secret garden')).join()).not.toContain('secret');
      // Long before what is kept would be read again: another process hears of it.
      while ((await read()).suggestions.some(({ text }) => text === 'a secret garden')) await new Promise(setImmediate);
      await optIn(bySarah);
      expect((await suggestions.getPromptHistory({}, bySarah)).promptCount).toBe(0);
    } finally {
      elsewhere.close();
      other.client.close();
      await other.running.close();
    }
  });

  it('are counted when batches of one user come together, in whatever order', async () => {
    await optIn(bySarah);
    const prompts = Array.from({ length: 50 }, (_, index) => `vase of ${index} together`);
    await Promise.all(
      Array.from({ length: 8 }, (_, batch) => learn('sarah', batch % 2 === 0 ? prompts : prompts.toReversed())),
    );
    const { rows: counted } = await sql<{ uses: number }>`
      select distinct uses from presets.past_prompts where owner_id = 'sarah'`.execute(database.kysely());
    expect(counted).toEqual([{ uses: 8 }]);
  });

  it('are kept to the latest 500, each once, and only where they can be completed to', async () => {
    await optIn(bySarah);
    for (let batch = 0; batch < 6; batch++) {
      later(1_000);
      await learn(
        'sarah',
        Array.from({ length: 100 }, (_, index) => `vase number ${batch} of ${index}`),
      );
    }
    await learn('sarah', ['x'.repeat(501), ' ,. ']);
    expect(await suggestions.getPromptHistory({}, bySarah)).toEqual({ enabled: true, promptCount: 500 });
    expect(await find('vase number 0')).not.toContain('prefix: vase number 0 of 1');
    expect((await find('vase number 5 of 1'))[0]).toBe('prefix: vase number 5 of 1');
  });
});

describe('random prompts', () => {
  it('are the same for the same seed, and all different', async () => {
    const first = await suggestions.randomPrompts({ count: 50, seed: 7 }, bySarah);
    expect(await suggestions.randomPrompts({ count: 50, seed: 7 }, byOmar)).toEqual(first);
    expect(new Set(first.prompts.map(({ prompt }) => prompt)).size).toBe(50);
    expect((await suggestions.randomPrompts({ count: 5, seed: 8 }, bySarah)).prompts).not.toEqual(
      first.prompts.slice(0, 5),
    );
    const [{ prompt, components } = { prompt: '', components: {} }] = first.prompts;
    expect(Object.keys(components).sort()).toEqual(['lighting', 'quality', 'style', 'subject']);
    expect(prompt.split(', ').sort()).toEqual(Object.values(components).sort());
  });

  it('say their seed when none was given, five at a time', async () => {
    const made = await suggestions.randomPrompts({ count: 0 }, bySarah);
    expect(made.prompts).toHaveLength(5);
    expect(await suggestions.randomPrompts({ count: 5, seed: made.seed }, bySarah)).toEqual(made);
  });
});

describe('phrases that a prompt says already', () => {
  it.each([
    ['a highly detailed cat', ['detailed']],
    ['an intricate drawing of a cat', ['detailed']],
    ['hi-res photo of a dog', ['high quality']],
    ['PROFESSIONALLY made: a car', ['professional']],
    ['a boat, 4K', ['high quality']],
    ['a cat on a sofa', []],
    ['猫の絵', []],
  ])('%s: %j', async (prompt, said) => {
    const phrases = ['high quality', 'detailed', 'professional'];
    expect(await suggestions.findSaidPhrases({ prompt, phrases }, bySarah)).toEqual({ said });
  });
});

describe('INVALID_ARGUMENT', () => {
  it.each([
    [
      'a limit of 51',
      () => suggestions.autocompleteSuggestions({ query: 'a', limit: 51 }, bySarah),
      'AUTOCOMPLETE_INVALID',
      'limit',
    ],
    [
      'a limit of -1',
      () => suggestions.autocompleteSuggestions({ query: 'a', limit: -1 }, bySarah),
      'AUTOCOMPLETE_INVALID',
      'limit',
    ],
    [
      'a query of 10,000 letters',
      () => suggestions.autocompleteSuggestions({ query: 'a'.repeat(10_000), limit: 0 }, bySarah),
      'AUTOCOMPLETE_INVALID',
      'query',
    ],
    [
      'a huge count',
      () => suggestions.randomPrompts({ count: 1_000_000, seed: 1 }, bySarah),
      'RANDOM_PROMPTS_INVALID',
      'count',
    ],
    [
      'too many phrases',
      () => suggestions.findSaidPhrases({ prompt: 'a', phrases: Array(21).fill('b') }, bySarah),
      'PHRASES_INVALID',
      'phrases',
    ],
    [
      'a record without a key',
      () => suggestions.recordPrompts({ prompts: [{ key: '', ownerId: 'sarah', prompt: 'a' }] }, byService),
      'RECORDED_PROMPTS_INVALID',
      'prompts',
    ],
  ])('refuses %s', async (_name, call, reason, field) => {
    await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason, violations: [{ field }] });
  });
});

it('answers NOT_FOUND for an unknown category', async () => {
  await expect(suggestions.listSuggestions({ category: 'food' }, bySarah)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    reason: 'SUGGESTION_CATEGORY_NOT_FOUND',
  });
});

it('answers nobody without a verified identity', async () => {
  const nobody = { context: { requestId: 'r-1' } };
  for (const call of [
    suggestions.autocompleteSuggestions({ query: 'a', limit: 0 }, nobody),
    suggestions.listSuggestions({ category: '' }, nobody),
    suggestions.getPromptHistory({}, nobody),
    suggestions.recordPrompts({ prompts: [] }, nobody),
  ])
    await expect(call).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
