import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWorkflow, type IntentContext, type Workflow } from '../../src/domain/intent.js';
import { SeededRandom, stableHash } from './random.js';

/** One labelled prompt in one context. `group` keeps all variants of one sentence on the same side of the split. */
export interface Example {
  prompt: string;
  context: IntentContext;
  label: Workflow;
  search: boolean;
  lang: string;
  weight: number;
  group: string;
}

/** What a model is made from. */
export interface TrainingSet {
  train: readonly Example[];
  /** By authors who wrote nothing of `train`: for calibration and for judging, never for training. */
  heldOut: readonly Example[];
  /** Of every file that the model is made from. */
  digest: string;
}

interface WrittenPrompt {
  prompt: string;
  lang: string;
  when: { label: string; contexts: string[] }[];
  search?: boolean;
}

/** N nothing, W working image, U upload, R @reference; digits count and letters combine ("UW", "RU", "U2"). */
export function contextFromCode(code: string, prompt: string): IntentContext {
  const count = (letter: string): number => {
    const match = new RegExp(`${letter}(\\d?)`).exec(code);
    return match ? Number(match[1] === '' ? '1' : match[1]) : 0;
  };
  const names = [...prompt.matchAll(/@([\p{L}\p{N}_]+)/gu)].map((match) => match[1] ?? '');
  return { workingImages: count('W'), uploadedImages: count('U'), references: names };
}

/** Reads `training/` and `held-out/` of the classifier's data folder. */
export function loadTrainingSet(data: URL, seed: number): TrainingSet {
  const training = new URL('training/', data).pathname;
  return {
    train: [...readWritten(training), ...readComposed(training, seed)],
    heldOut: readWritten(new URL('held-out/', data).pathname),
    digest: digestOf(data),
  };
}

/** Tells whether a model was made from the data that lies here now. */
export function digestOf(data: URL): string {
  const hash = createHash('sha256');
  const files = ['training', 'held-out'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, data))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  for (const file of ['lexicon.txt', ...files]) hash.update(`${file}\n`).update(readFileSync(new URL(file, data)));
  return hash.digest('hex').slice(0, 16);
}

/** The prompts that people wrote: every `*.jsonl` of a folder, in the order of the names. */
export function readWritten(directory: string): Example[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
  return files.sort().flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => expandWritten(JSON.parse(line) as WrittenPrompt)),
  );
}

/** `templates.txt` of a folder, expanded with the phrases of its `phrases.txt`. */
export function readComposed(directory: string, seed: number): Example[] {
  const phrases = parsePhrases(readFileSync(join(directory, 'phrases.txt'), 'utf8'));
  return [...expandTemplates(readFileSync(join(directory, 'templates.txt'), 'utf8'), phrases, seed)];
}

function expandWritten(row: WrittenPrompt): Example[] {
  const examples: Example[] = [];
  for (const { label, contexts } of row.when) {
    if (!isWorkflow(label)) throw new RangeError(`Unknown label ${label} for: ${row.prompt}`);
    for (const code of contexts) {
      examples.push({
        prompt: row.prompt,
        context: contextFromCode(code, row.prompt),
        label,
        search: row.search ?? false,
        lang: row.lang,
        weight: 1 / Math.sqrt(contexts.length),
        group: row.prompt,
      });
    }
  }
  return examples;
}

/** `name: phrase; phrase` lines; a name may be continued on further lines. */
export function parsePhrases(source: string): Map<string, string[]> {
  const phrases = new Map<string, string[]>();
  for (const line of source.split('\n')) {
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 1) continue;
    const name = line.slice(0, colon).trim();
    const items = line
      .slice(colon + 1)
      .split(';')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    phrases.set(name, [...(phrases.get(name) ?? []), ...items]);
  }
  return phrases;
}

/**
 * Sections `== label@contexts [label@contexts] | lang | times` followed by one template a line.
 * `{slot}` takes a phrase, `[a|b|]` one of its alternatives.
 */
export function* expandTemplates(source: string, phrases: Map<string, string[]>, seed: number): Generator<Example> {
  let rules: { label: Workflow; contexts: string[]; search: boolean }[] = [];
  let lang = 'en';
  let times = 10;
  for (const line of source.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (line.startsWith('== ')) {
      const [labels = '', language = 'en', repeat = '10'] = line
        .slice(3)
        .split('|')
        .map((part) => part.trim());
      rules = labels.split(/\s+/).map((spec) => {
        const [name = '', contexts = 'N'] = spec.split('@');
        const label = name.replace('!', '');
        if (!isWorkflow(label)) throw new RangeError(`Unknown label in template section: ${line}`);
        return { label, contexts: contexts.split(','), search: name.endsWith('!') };
      });
      lang = language;
      times = Number(repeat);
      continue;
    }
    const random = new SeededRandom(seed ^ stableHash(line));
    const made = new Set<string>();
    for (let i = 0; i < times; i += 1) {
      const prompt = fill(line, phrases, random)
        .replace(/\s+/g, ' ')
        .replace(/ ([,.?!])/g, '$1')
        .trim();
      if (made.has(prompt)) continue;
      made.add(prompt);
      for (const { label, contexts, search } of rules) {
        const context = contextFromCode(random.pick(contexts), prompt);
        yield { prompt, context, label, search, lang, weight: 0.5, group: line };
      }
    }
  }
}

function fill(template: string, phrases: Map<string, string[]>, random: SeededRandom): string {
  let text = template;
  for (let depth = 0; depth < 4 && /[[{]/.test(text); depth += 1) {
    text = text
      .replace(/\[([^[\]]*)\]/g, (_all, options: string) => random.pick(options.split('|')))
      .replace(/\{([a-z_0-9]+)\}/g, (_all, name: string) => {
        const items = phrases.get(name);
        if (!items) throw new RangeError(`No phrases named ${name}.`);
        return random.pick(items);
      });
  }
  return text;
}
