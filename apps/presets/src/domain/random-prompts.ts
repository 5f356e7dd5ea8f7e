import type { Suggestion, SuggestionCategory } from './suggestion.js';

/** A prompt made of suggestions, and its parts by their roles. */
export interface RandomPrompt {
  readonly prompt: string;
  readonly components: Readonly<Record<string, string>>;
}

const roles: readonly (readonly [role: string, category: SuggestionCategory])[] = [
  ['subject', 'subjects'],
  ['style', 'styles'],
  ['lighting', 'lighting'],
  ['quality', 'quality'],
];

/**
 * Different prompts of one suggestion for each role: the same seed (32 bits) makes the same ones from the same
 * catalogue. Fewer than asked for only when there are not so many.
 */
export function randomPrompts(catalogue: readonly Suggestion[], count: number, seed: number): RandomPrompt[] {
  const next = sequence(seed);
  const choices = roles.map(([role, wanted]) => ({
    role,
    texts: catalogue.filter(({ category }) => category === wanted).map(({ text }) => text),
  }));
  const possible = choices.reduce((product, { texts }) => product * texts.length, 1);
  const made = new Map<string, RandomPrompt>();
  while (made.size < Math.min(count, possible)) {
    const components = Object.fromEntries(
      choices.map(({ role, texts }) => [role, texts[Math.floor(next() * texts.length)] ?? '']),
    );
    const prompt = Object.values(components).join(', ');
    made.set(prompt, { prompt, components });
  }
  return [...made.values()];
}

/** Numbers from 0 to below 1 (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
