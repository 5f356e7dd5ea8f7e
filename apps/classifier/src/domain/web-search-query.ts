import type { PromptReading } from './cue-lexicon.js';

const MAX_QUERY_CHARS = 120;
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
  const clean = prompt
    .replace(/[^\p{L}\p{N}\s'’@&./-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const facts = clean
    .replace(tail, '')
    .replace(/@[\p{L}\p{N}_]+/gu, '')
    .replace(lead, '')
    .trim();
  const named = reading.cues.filter((cue) => subjects.has(cue.tag));
  const body =
    facts.length >= 4
      ? facts
      : named
          .map((cue) => reading.tokens.text.slice(reading.tokens.start[cue.from], reading.tokens.end[cue.to - 1]))
          .join(' ');
  const chosen = body === '' ? clean : body;
  return `${chosen.slice(0, MAX_QUERY_CHARS).trim()}${saysWhat.test(chosen) ? '' : ' outfit'}`;
}
