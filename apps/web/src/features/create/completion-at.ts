/** What is being typed at the caret, and the part of the text that a completion replaces. */
export interface Typed {
  readonly kind: 'reference' | 'phrase';
  /** Without the @. */
  readonly query: string;
  readonly start: number;
  readonly end: number;
}

/** An @ that starts a tag: not one of an e-mail address, and with no more letters than a tag may have. */
const tagBefore = /(?<![\p{L}\p{N}._%+\-/@])@([\p{L}\p{N}\p{M}_-]{0,50})$/u;
const tagAfter = /^[\p{L}\p{N}\p{M}_-]*/u;
const phraseBefore = /[^,;.\n]*$/;
/** Longer ones are sentences: nobody wants them replaced. */
const longestPhrase = 48;

/** What can be completed where the caret stands; undefined in the middle of a word, or when there is too little of it. */
export function completionAt(text: string, caret: number): Typed | undefined {
  const before = text.slice(0, caret);
  const after = text.slice(caret);
  const tag = tagBefore.exec(before);
  if (tag) {
    const end = caret + (tagAfter.exec(after)?.[0].length ?? 0);
    return { kind: 'reference', query: tag[1] ?? '', start: tag.index, end };
  }
  if (!/^\s*(?:[,;.\n]|$)/.test(after)) return undefined;
  const raw = phraseBefore.exec(before)?.[0] ?? '';
  const query = raw.trim();
  if (query.length < 2 || query.length > longestPhrase || query.includes('@') || raw.endsWith('  ')) return undefined;
  return { kind: 'phrase', query, start: caret - raw.trimStart().length, end: caret };
}

/** The text with what was typed replaced, and where the caret goes. A tag is followed by a space, so that typing goes on. */
export function complete(text: string, typed: Typed, completion: string): { text: string; caret: number } {
  const rest = text.slice(typed.end);
  const gap = typed.kind === 'reference' && !/^\s/.test(rest) ? ' ' : '';
  const head = text.slice(0, typed.start) + completion + gap;
  return { text: head + rest, caret: head.length + (typed.kind === 'reference' && gap === '' ? 1 : 0) };
}

/** Far relatives of what is typed: more of them would only hide the rest of the page. */
const mostRelatives = 3;
/** More words than this say already what is meant. */
const mostSearchWords = 2;

/** The suggestions that help somebody who typed this: its own words don't, and far relatives only help with few words. */
export function helpfulOf<Item extends { readonly text: string; readonly match_type: string }>(
  query: string,
  suggestions: readonly Item[],
): Item[] {
  const isSentence = query.split(/\s+/).length > mostSearchWords;
  const others = suggestions.filter(({ text }) => text.toLowerCase() !== query.toLowerCase());
  const near = others.filter(({ match_type: match }) => match !== 'semantic');
  const far = others.filter(({ match_type: match }) => match === 'semantic');
  return [...near, ...(isSentence ? [] : far.slice(0, mostRelatives))];
}
