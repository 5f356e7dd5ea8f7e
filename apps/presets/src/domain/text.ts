import { z } from 'zod';

// oxlint-disable-next-line no-control-regex -- control characters are what it finds
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** True for text that can be stored and shown: no control characters but tabs and line breaks. */
export function isPlainText(text: string): boolean {
  return !controlCharacter.test(text);
}

/** Trimmed plain text of a length in characters. */
export const plainText = (min: number, max: number) =>
  z
    .string()
    .trim()
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`)
    .refine(isPlainText, 'must not hold control characters');
