import type { PromptReading } from './cue-lexicon.js';

const MAX_QUERY_CHARS = 120;
const FEWEST_FACT_CHARS = 4;
const suffix = ' outfit';
const subjects = new Set(['CELEB', 'EVENT', 'BRAND', 'YEAR']);
const lead =
  /^(?:(?:hey|hi|ok|please|pls|can|could|would|you|i|want|to|a|the|make|me|us|him|her|put|dress|style|look|like|in|as|give|show|change|into|turn|my|our|his|what|wear|wears|wearing|try|on|that|this|wife|husband|son|daughter|sister|brother|mom|dad|friend|girlfriend|boyfriend|both|of)\b[\s,]*)+/iu;
const saysWhat =
  /\b(?:outfits?|dress(?:es)?|gowns?|looks?|suits?|kits?|jerseys?|costumes?|collections?|runway|shirts?|jackets?|saree|lehenga|uniforms?|theme|camiseta|trikot|maillot|camisa|kleid|robe|vestido)\b|[\u3040-\u30ff\u3400-\u9fff\u0400-\u04ff]/iu;
const tail =
  /[\s,]*\b(?:on|for|but on|onto)\s+(?:me|us|him|her|them|my [\p{L}]+|our [\p{L}]+|both of us|@[\p{L}\p{N}_]+)\b.*$/iu;

/**
 * What to look up for a prompt that needs a fact: person, occasion and year as the user wrote them, with "outfit".
 * Personal words ("on my wife") and @names stay out of the query.
 */
export function webSearchQuery(prompt: string, reading: PromptReading): string {
  const facts = factsIn(prompt);
  if (facts.length >= FEWEST_FACT_CHARS) return asQuery(facts);
  const { text, start, end } = reading.tokens;
  const named = reading.cues
    .filter(({ tag }) => subjects.has(tag))
    .map(({ from, to }) => text.slice(start[from], end[to - 1]))
    .join(' ');
  return asQuery(named || withoutNames(cleaned(prompt)));
}

/** The same where nothing but the words of the prompt is known. */
export function webSearchWords(prompt: string): string {
  const facts = factsIn(prompt);
  return asQuery(facts.length >= FEWEST_FACT_CHARS ? facts : withoutNames(cleaned(prompt)));
}

function factsIn(prompt: string): string {
  return withoutNames(cleaned(prompt).replace(tail, '')).replace(lead, '').trim();
}

function withoutNames(text: string): string {
  return text
    .replace(/@[\p{L}\p{N}_]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function cleaned(prompt: string): string {
  return prompt
    .replace(/[^\p{L}\p{N}\s'’@&./-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Cut to what a search engine reads; empty when nothing can be looked up. Making a query of a query changes nothing. */
function asQuery(words: string): string {
  if (words === '') return '';
  const query = cut(words, MAX_QUERY_CHARS);
  return saysWhat.test(query) ? query : `${cut(words, MAX_QUERY_CHARS - suffix.length)}${suffix}`;
}

function cut(text: string, maxCharacters: number): string {
  return [...text].slice(0, maxCharacters).join('').trim();
}
