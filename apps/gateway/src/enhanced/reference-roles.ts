import { type Mention, mentionsIn, normalPrompt } from './mentions.js';

/** What a referenced picture is for when a new one is put together, in the order in which models are given them. */
export const referenceRoles = ['person', 'garment', 'scene', 'style'] as const;
export type ReferenceRole = (typeof referenceRoles)[number];

/** What is known of a reference beside its picture. */
export interface NamedReference {
  readonly tag: string;
  readonly name: string;
  /** As its owner set it; absent when it is to be found out. */
  readonly role?: ReferenceRole | undefined;
}

/** Words of a tag or name that say what is to be seen. Whole words, or the end of a longer one (`reddress`). */
const words: Readonly<Record<ReferenceRole, string>> = {
  garment: `
    dress gown coat jacket shirt tshirt blouse sweater hoodie cardigan suit tuxedo jeans pants trousers
    shorts skirt outfit costume uniform kimono sari hat cap scarf gloves shoes boots sneakers heels bag
    handbag glasses sunglasses necklace earrings watch jewelry bikini swimsuit clothes garment wear`,
  scene: `
    beach park city street forest mountain mountains desert ocean lake river room bedroom kitchen office
    studio garden house castle church bridge stage stadium restaurant cafe bar shop skyline sunset
    landscape background backdrop scene place location interior island village paris london tokyo
    newyork rome`,
  style: `
    style painting watercolor watercolour sketch drawing poster palette artwork mood look aesthetic
    texture pattern moodboard comic anime cartoon`,
  person: `
    me myself self selfie face portrait person people model man woman boy girl guy lady kid child baby
    mom mum dad mother father sister brother wife husband friend daughter son grandma grandpa actor
    actress singer headshot`,
};
/** Shorter words end others by accident: `that` is no hat. */
const shortestEnding = 5;

const roleOfWord = new Map<string, ReferenceRole>(
  (['garment', 'scene', 'style', 'person'] as const).flatMap((role) =>
    words[role]
      .trim()
      .split(/\s+/)
      .map((word) => [word, role] as const),
  ),
);

/** The words around one mention. */
interface Around {
  /** From the mention before it. */
  readonly before: string;
  /** To the mention after it. */
  readonly after: string;
  /** All that comes before, and how many mentions are in it. */
  readonly lead: string;
  readonly mentionsBefore: number;
}
type Clue = readonly [role: ReferenceRole, says: (around: Around) => boolean];

/** Words that leave no doubt. */
const plainClues: readonly Clue[] = [
  ['person', ({ lead }) => /\btry [@＠﹫]\S+ on\s*$/i.test(lead)],
  [
    'style',
    ({ before }) => /\b(?:style|look|mood|palette|colou?rs|manner|aesthetics?) (?:of|from|like)\s*$/i.test(before),
  ],
  ['style', ({ after }) => /^(?:['’]s)?[ -](?:style|look|palette|aesthetics?)\b/i.test(after)],
  ['style', ({ before }) => /\b(?:styled|painted|drawn) (?:like|as|after)\s*$/i.test(before)],
  [
    'garment',
    ({ before }) =>
      /\b(?:wear(?:ing|s)?|dressed in|dress (?:\S+ )?in|try(?:ing)? on|put(?:ting)? on|clothed in)\s*(?:the |a |an |this |that |my |her |his )?$/i.test(
        before,
      ),
  ],
  ['garment', ({ before, after }) => /\btry\s*$/i.test(before) && /^\s+on\b/i.test(after)],
  [
    'scene',
    ({ before }) =>
      /\b(?:(?<!(?:look|smil|star|point|laugh|shout)\w* )at|inside|in front of|against|walking (?:in|through)|standing (?:in|on)|sitting (?:in|on)|background(?: of| is|:)?)\s*(?:the |a |an )?$/i.test(
        before,
      ),
  ],
  ['scene', ({ after }) => /^(?:['’]s)? (?:as (?:the |a )?)?(?:background|backdrop|scene|setting)\b/i.test(after)],
  [
    'person',
    ({ after }) =>
      /^(?:['’]s)? (?:wears?|wearing|is|are|who|hair|face|smil\w+|danc\w+|walk\w*|stand\w*|sit\w*|hold\w*|look\w*)\b/i.test(
        after,
      ),
  ],
];

/** Words that mean different things with different pictures. */
const vagueClues: readonly Clue[] = [
  [
    'person',
    ({ before }) => /\b(?:put|dress|place|show|make|let|have|give|photo of|picture of|portrait of)\s*$/i.test(before),
  ],
  ['scene', ({ before }) => /\b(?:to|from)\s*(?:the |a |an )?$/i.test(before)],
];
const on = /\bon\s*(?:the |a |an )?$/i;
const dressing = /\b(?:put|dress|wear|style|outfit)\b/i;
const inside = /\bin\s*(?:the |a |an |this |that )?$/i;

/**
 * What each reference is for: what the request says, what its owner set, what the words around a mention leave no doubt of,
 * what tag and name say, what the words around may mean, and in the end a person. English words only: in other languages
 * tags, names and owners decide.
 */
export function rolesOf(
  prompt: string,
  references: readonly NamedReference[],
  requested: Readonly<Record<string, ReferenceRole>> = {},
): ReferenceRole[] {
  const text = normalPrompt(prompt);
  const mentions = mentionsIn(text);
  const asked = new Map(Object.entries(requested).map(([tag, role]) => [keyOf(tag), role]));
  const found = references.map((reference) => {
    const key = keyOf(reference.tag);
    const around = mentions.filter(({ tag }) => keyOf(tag) === key).map((mention) => aroundOf(text, mention, mentions));
    const role =
      asked.get(key) ??
      reference.role ??
      fromClues(plainClues, around) ??
      fromWords(reference) ??
      fromClues(vagueClues, around);
    return { role, around };
  });
  const has = (wanted: ReferenceRole): boolean => found.some(({ role }) => role === wanted);
  // Something to wear is put on somebody.
  const isPutOn = has('garment') && !has('person');
  return found.map(({ role, around }) => role ?? guess(around, isPutOn));
}

function guess(around: readonly Around[], isPutOn: boolean): ReferenceRole {
  if (around.some(isWorn)) return 'garment';
  if (around.some(({ before }) => inside.test(before))) return 'scene';
  return around.some(({ before }) => on.test(before)) && !isPutOn ? 'scene' : 'person';
}

/** Places of things in the order in which models are given them; equal roles keep their order. */
export function inRoleOrder(roles: readonly ReferenceRole[]): number[] {
  const rank = (index: number): number => referenceRoles.indexOf(roles[index] ?? 'person');
  return roles.map((_, index) => index).toSorted((one, other) => rank(one) - rank(other));
}

function keyOf(tag: string): string {
  return normalPrompt(tag.replace(/^[@＠﹫]/, '')).toLowerCase();
}

/** The words before and after a mention, up to the mentions next to it. */
function aroundOf(text: string, mention: Mention, all: readonly Mention[]): Around {
  const former = all.filter(({ end }) => end <= mention.start);
  const next = all.find(({ start }) => start >= mention.end)?.start ?? text.length;
  return {
    before: text.slice(former.at(-1)?.end ?? 0, mention.start),
    after: text.slice(mention.end, next),
    lead: text.slice(0, mention.start),
    mentionsBefore: former.length,
  };
}

function fromClues(clues: readonly Clue[], around: readonly Around[]): ReferenceRole | undefined {
  return clues.find(([, says]) => around.some(says))?.[0];
}

/** The last word that says something: a red dress on a beach is tagged `beach_dress`. */
function fromWords({ tag, name }: NamedReference): ReferenceRole | undefined {
  const said = `${name} ${tag}`
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
  for (const word of said.toReversed()) {
    const role = roleOfWord.get(word) ?? roleOfEnding(word);
    if (role) return role;
  }
  return undefined;
}

function roleOfEnding(word: string): ReferenceRole | undefined {
  for (let start = 1; start <= word.length - shortestEnding; start += 1) {
    const role = roleOfWord.get(word.slice(start));
    if (role) return role;
  }
  return undefined;
}

/** `put @a in @b`: right after one who is put. */
function isWorn({ before, lead, mentionsBefore }: Around): boolean {
  return inside.test(before) && mentionsBefore === 1 && dressing.test(lead) && before.trim().split(/\s+/).length <= 2;
}
