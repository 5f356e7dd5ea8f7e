import { readFileSync } from 'node:fs';
import { WordMeanings } from '../domain/word-meanings.js';

/** The same path from `src` and from `dist`. */
const data = (file: string): Buffer => readFileSync(new URL(`../../data/${file}`, import.meta.url));

/** The table that comes with the product: English, 24,000 words, 2 MB. */
export function loadWordMeanings(): WordMeanings {
  const bytes = data('word-meanings.bin');
  const words = data('word-meanings.txt').toString('utf8').trimEnd().split('\n');
  return new WordMeanings(words, new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
