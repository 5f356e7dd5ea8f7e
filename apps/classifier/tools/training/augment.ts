import type { Example } from './training-set.js';
import type { SeededRandom } from './random.js';

const openings = [
  'please ',
  'can you ',
  'could you ',
  'hey, ',
  'hi! ',
  'pls ',
  'i want you to ',
  'ok so ',
  'help me ',
  "i'd like you to ",
  'hello, ',
  'quick one: ',
  'just ',
  'would it be possible to ',
  'so ',
  'umm ',
];
const endings = [
  ' please',
  ' pls',
  ' thanks',
  ' thank you!',
  ' thx',
  ' 🙏',
  ' :)',
  ' lol',
  ' asap',
  '!',
  '...',
  ' if possible',
  ' 😍',
  ', thanks in advance',
  ' ty',
  '!!',
  ' ✨',
  ' 😂',
  ' if you can',
];
const byLanguage: Record<string, string[]> = {
  es: [' por favor', ' porfa', ' gracias'],
  de: [' bitte', ' danke'],
  fr: [" s'il vous plaît", ' stp', ' merci'],
  pt: [' por favor', ' pfv', ' obrigado'],
  ru: [' пожалуйста', ' плиз', ' спасибо'],
  zh: ['，谢谢', '，拜托'],
  ja: ['、お願いします', 'ください'],
  hi: [' please', ' yaar', ' bhai'],
};

/** The same wish as people also type it: a typo, a courtesy, no full stop. The label never changes. */
export function varied(example: Example, random: SeededRandom): string {
  let prompt = example.prompt;
  if (random.chance(0.16)) prompt = withTypo(prompt, random);
  const own = byLanguage[example.lang];
  if (own) {
    if (random.chance(0.15)) prompt += random.pick(own);
  } else if (example.lang === 'en') {
    if (random.chance(0.1)) prompt = random.pick(openings) + prompt;
    if (random.chance(0.14)) prompt += random.pick(endings);
  }
  return prompt;
}

function withTypo(prompt: string, random: SeededRandom): string {
  const at = random.below(prompt.length);
  const before = prompt.slice(0, at);
  const char = prompt.charAt(at);
  const next = prompt.charAt(at + 1);
  if (!/\p{L}/u.test(char) || !/\p{L}/u.test(next)) return prompt;
  const rest = prompt.slice(at + 2);
  const kind = random.below(3);
  if (kind === 0) return before + next + char + rest;
  if (kind === 1) return before + next + rest;
  return before + char + char + next + rest;
}
