import type { WordMeanings } from './word-meanings.js';
import { wordsOf } from './words.js';

/** What people say for the same, where the table of meanings does not know it: abbreviations and words of the trade. */
const families: readonly (readonly string[])[] = [
  [
    'high quality',
    'top quality',
    'best quality',
    'high resolution',
    'hi res',
    'high res',
    'hires',
    'hd',
    'uhd',
    '4k',
    '8k',
  ],
  ['detailed', 'detail', 'intricate', 'elaborate', 'fine texture'],
  ['professional', 'pro', 'expert', 'masterful', 'studio quality', 'masterpiece', 'award winning'],
  ['sharp focus', 'crisp', 'tack sharp', 'in focus'],
  ['cinematic', 'filmic', 'movie still', 'film still', 'movie like'],
];
const longestSame = 3;
/** Cosine between a phrase and a part of the prompt from which both say the same. */
const sameMeaning = 0.6;

/** The phrases that a prompt says already: word for word, in other forms of the words, or in other words. */
export function saidPhrases(prompt: string, phrases: readonly string[], meanings: WordMeanings): string[] {
  const words = wordsOf(prompt);
  const stems = ` ${words.map(stemOf).join(' ')} `;
  const says = (phrase: string): boolean => stems.includes(` ${wordsOf(phrase).map(stemOf).join(' ')} `);
  const parts = words.flatMap((_, start) =>
    Array.from({ length: longestSame }, (__, more) => words.slice(start, start + more + 1).join(' ')),
  );
  const directions = [...new Set(parts)].map((part) => meanings.of(part));
  return phrases.filter((phrase) => {
    const family = families.filter((members) => members.some((member) => isIn(member, phrase))).flat();
    if (says(phrase) || family.some(says)) return true;
    const meaning = meanings.of(phrase);
    return (
      meaning !== undefined && directions.some((direction) => direction && cosine(direction, meaning) >= sameMeaning)
    );
  });
}

function isIn(member: string, phrase: string): boolean {
  return ` ${wordsOf(phrase).map(stemOf).join(' ')} `.includes(` ${wordsOf(member).map(stemOf).join(' ')} `);
}

function stemOf(word: string): string {
  return word.length > 4 ? word.replace(/(?:ally|al|ly|ed|ing|s)$/u, '') : word;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
}
