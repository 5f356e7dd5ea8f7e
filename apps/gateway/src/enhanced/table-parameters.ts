import { GenerationParameters } from '../http/generation-parameters.js';

/**
 * What the classifier's decision table sets, as parameters: it says everything in words, flags as `on` and `off`.
 * What is not understood here is left out: a newer classifier may know more.
 */
export function tableParameters(words: Readonly<Record<string, string>>): GenerationParameters | undefined {
  const found: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(GenerationParameters.shape)) {
    if (!Object.hasOwn(words, name)) continue;
    const meant = meanings(words[name] ?? '').find((value) => schema.safeParse(value).success);
    if (meant !== undefined) found[name] = meant;
  }
  return Object.keys(found).length > 0 ? (found as GenerationParameters) : undefined;
}

/** All that a word may stand for. */
function meanings(word: string): unknown[] {
  const number = word.trim() === '' ? Number.NaN : Number(word);
  return [
    word,
    ...(Number.isFinite(number) ? [number] : []),
    ...(word === 'on' || word === 'off' ? [word === 'on'] : []),
  ];
}
