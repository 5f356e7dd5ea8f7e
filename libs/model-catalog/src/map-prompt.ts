import { COMMON_FILLER } from './filler-words.js';
import type { MediaModel } from './model-schema.js';
import type { JsonSchema } from './native-input.js';
import { propertyAt } from './native-input.js';
import type { NativeField } from './outcome.js';
import type { VocabularyRule } from './prompt-schema.js';

/** How a text reaches the model, or why it can't. */
export type PromptOutcome = { readonly native: readonly NativeField[] } | { readonly refusal: string };

/** Something that the model can be asked for: a value of one of its lists, or what it always does. */
interface Phrase {
  readonly words: readonly string[];
  readonly choice?: NativeField;
  readonly optional: boolean;
}

/** Maps a text to the model's prompt field, or onto its lists if they cover all of it. */
export function mapPrompt(model: MediaModel, text: string): PromptOutcome {
  if (model.prompt.rule === 'field') {
    const limit = model.limits.promptCharacters;
    if (text.length > limit) return { refusal: `The model reads at most ${limit} characters; ${text.length} given.` };
    return { native: [[model.prompt.field, text]] };
  }
  return mapToVocabulary(model.prompt, model.inputSchema, text);
}

function mapToVocabulary(rule: VocabularyRule, schema: JsonSchema, text: string): PromptOutcome {
  const phrases = vocabularyOf(rule, schema);
  const filler = new Set(rule.filler.flatMap(wordsOf));
  const words = wordsOf(text);
  const chosen = new Map<string, unknown>();
  const left: string[] = [];
  let asked = false;
  for (let position = 0; position < words.length;) {
    const phrase = phrases.find((one) => one.words.every((word, offset) => words[position + offset] === word));
    if (phrase) {
      asked ||= !phrase.optional;
      if (phrase.choice) {
        const [field, value] = phrase.choice;
        if (chosen.has(field) && chosen.get(field) !== value) {
          return { refusal: `The model takes no free text, and only one ${field} at a time.` };
        }
        chosen.set(field, value);
      }
      position += phrase.words.length;
      continue;
    }
    const word = words[position] ?? '';
    if (!COMMON_FILLER.has(word) && !filler.has(word)) left.push(word);
    position += 1;
  }
  if (left.length > 0) {
    return { refusal: `The model takes no free text. It offers ${rule.offers}, not "${left.slice(0, 5).join(' ')}".` };
  }
  if (!asked)
    return { refusal: `The model takes no free text. It offers ${rule.offers}, and none of it is asked for.` };
  return { native: [...chosen] };
}

/** Everything that the model understands, longest phrases first, so that "angled bob" is not read as "bob". */
function vocabularyOf(rule: VocabularyRule, schema: JsonSchema): Phrase[] {
  const choices = rule.lists.flatMap((list) => {
    const values = (propertyAt(schema, list.field)?.enum ?? [])
      .map(String)
      .filter((value) => !list.skip.includes(value));
    const named = [...values.map((value) => [value, value] as const), ...Object.entries(list.words)];
    return named.map(([name, value]) => ({
      words: wordsOf(name),
      choice: [list.field, value] as const,
      optional: list.optional,
    }));
  });
  const intents = rule.intents.map((intent) => ({ words: wordsOf(intent), optional: false }));
  return [...choices, ...intents].toSorted((one, other) => other.words.length - one.words.length);
}

/** Lower-case words without accents; everything that is not a letter or a digit separates. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
