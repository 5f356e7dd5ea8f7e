// Time of completing a prompt in process, with 100,000 suggestions: by kind of query, with memory and time to build.
//
//   node --expose-gc --experimental-transform-types --import ./tools/typescript-sources.mjs bench/suggestions.mjs
//        [--suggestions 100000] [--queries 2000] [--library DIR]
//
// The suggestions are the built-in ones and phrases of two to five words of the table of meanings, the frequent ones more
// often, and one in a hundred in another script. Runs from the sources, without a build. --library compares MiniSearch,
// FlexSearch, Orama, uFuzzy and Fuse.js on the same queries; DIR is a folder with its own node_modules that has them
// (they are no dependencies).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { SuggestionIndex } from '../apps/presets/src/domain/suggestion-index.js';
import { loadWordMeanings } from '../apps/presets/src/infra/word-meanings-data.js';

const { values } = parseArgs({
  options: {
    suggestions: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '2000' },
    library: { type: 'string' },
  },
});
const count = Number(values.suggestions);
const perKind = Number(values.queries);

let state = 42;
const random = () => {
  // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
const pick = (list) => list[Math.floor(random() * list.length)];

const data = new URL('../apps/presets/data/', import.meta.url);
const table = readFileSync(new URL('word-meanings.txt', data), 'utf8').trim().split('\n');
const others = [...'夜景森林少女水彩背景光影猫山海空花雨雪月'].concat([
  'закат',
  'портрет',
  'город',
  'ночь',
  'лес',
  'море',
]);
const zipf = () => table[Math.min(table.length - 1, Math.floor(table.length * random() ** 2.5))];
const catalogue = Object.entries(JSON.parse(readFileSync(new URL('suggestions.json', data), 'utf8'))).flatMap(
  ([category, list]) => list.map((suggestion) => ({ ...suggestion, category })),
);
const texts = new Set(catalogue.map(({ text }) => text));
while (catalogue.length < count) {
  const word = random() < 0.01 ? () => pick(others) + pick(others) : zipf;
  const text = Array.from({ length: 2 + Math.floor(random() * 4) }, word).join(' ');
  if (texts.has(text)) continue;
  texts.add(text);
  catalogue.push({ text, category: 'subjects', description: zipf() });
}

const typo = (word) => {
  const at = 1 + Math.floor(random() * Math.max(1, word.length - 2));
  const kind = random();
  if (kind < 0.33) return word.slice(0, at) + word.slice(at + 1);
  if (kind < 0.66) return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  return `${word.slice(0, at)}e${word.slice(at)}`;
};
const wordsOf = () => pick(catalogue).text.split(' ');
const related = JSON.parse(readFileSync(new URL('../test/data/suggestion-queries.json', data), 'utf8')).related.map(
  ({ query }) => query,
);
const kinds = {
  prefix: () => {
    const { text } = pick(catalogue);
    return text.slice(0, 1 + Math.floor(random() * text.length));
  },
  'one letter': () => String.fromCharCode(97 + Math.floor(random() * 26)),
  word: () => pick(wordsOf()).slice(0, 2 + Math.floor(random() * 6)),
  'two words': () => `${pick(wordsOf()).slice(0, 3)} ${pick(wordsOf()).slice(0, 2)}`,
  typo: () => typo(pick(wordsOf())),
  'typos in two words': () => wordsOf().slice(0, 2).map(typo).join(' '),
  semantic: () => (random() < 0.2 ? pick(related) : `${zipf()} ${zipf()} ${zipf()}`),
  'other scripts': () => pick(others) + (random() < 0.5 ? pick(others) : ''),
  long: () => Array.from({ length: 60 }, () => typo(zipf())).join(' '),
};

const engines = [['atelier', () => atelier()], ...(values.library ? await libraries(resolve(values.library)) : [])];
for (const [name, build] of engines) {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const start = performance.now();
  const search = await build();
  const buildMs = performance.now() - start;
  globalThis.gc?.();
  const after = process.memoryUsage();
  const megabytes = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20;
  console.log(
    `\n${name}: ${catalogue.length} suggestions, built in ${(buildMs / 1000).toFixed(2)} s, ${megabytes.toFixed(0)} MB`,
  );
  const all = [];
  const queries = name === 'atelier' ? perKind : Math.min(perKind, 50);
  for (const [kind, make] of Object.entries(kinds)) {
    state = 7;
    for (let warm = 0; warm < Math.min(300, queries); warm++) await search(make());
    const times = [];
    for (let asked = 0; asked < queries; asked++) {
      const query = make();
      // The best of three: what other processes of the machine take is not the search's.
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3; round++) {
        const from = performance.now();
        await search(query);
        best = Math.min(best, performance.now() - from);
      }
      times.push(best);
    }
    all.push(...times);
    show(kind, times);
  }
  show('all', all);
}

function show(kind, times) {
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(3);
  console.log(`  ${kind.padEnd(20)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  max ${at(1)} ms`);
}

function atelier() {
  const index = new SuggestionIndex(catalogue, loadWordMeanings());
  return (query) => index.search(query, 10);
}

async function libraries(folder) {
  const load = async (name) => import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);
  const fuzzy = (term) => (term.length < 4 ? false : term.length < 8 ? 1 : 2);
  return [
    [
      'minisearch',
      async () => {
        const { default: MiniSearch } = await load('minisearch');
        const index = new MiniSearch({ fields: ['text'], idField: 'text' });
        index.addAll(catalogue);
        const options = { prefix: true, fuzzy, combineWith: 'AND', maxFuzzy: 2 };
        return (query) => index.search(query, options).slice(0, 10);
      },
    ],
    [
      'flexsearch (no typos)',
      async () => {
        const { Index } = (await load('flexsearch')).default;
        const index = new Index({ tokenize: 'forward' });
        for (const [id, { text }] of catalogue.entries()) index.add(id, text);
        return (query) => index.search(query, 10);
      },
    ],
    [
      'orama',
      async () => {
        const { create, insertMultiple, search } = await load('@orama/orama');
        const index = create({ schema: { text: 'string' } });
        await insertMultiple(
          index,
          catalogue.map(({ text }) => ({ text })),
          1000,
        );
        return (term) => search(index, { term, tolerance: fuzzy(term) || 0, limit: 10 });
      },
    ],
    [
      'ufuzzy',
      async () => {
        const { default: UFuzzy } = await load('@leeoniya/ufuzzy');
        const index = new UFuzzy({ intraMode: 1, intraIns: 1, intraSub: 1, intraTrn: 1, intraDel: 1 });
        const haystack = catalogue.map(({ text }) => text);
        return (query) => index.search(haystack, query, 0, 1000);
      },
    ],
    [
      'fuse.js',
      async () => {
        const { default: Fuse } = await load('fuse.js');
        const index = new Fuse(catalogue, { keys: ['text'], threshold: 0.3 });
        return (query) => index.search(query, { limit: 10 });
      },
    ],
  ];
}
