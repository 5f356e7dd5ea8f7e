import { createHash } from 'node:crypto';

const RESULTS = 3;
const MAX_QUERY_LENGTH = 120;

/** A page that does not exist, on a domain that is reserved for examples. */
export interface SandboxPage {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
  readonly imageUrl: string;
}

/** A page cited in a text, by character positions. */
export interface Citation {
  readonly url: string;
  readonly title: string;
  readonly start_index: number;
  readonly end_index: number;
}

/** The same made-up pages for the same query, each marked as the sandbox's. */
export function searchWeb(query: string): SandboxPage[] {
  const shown = query
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_QUERY_LENGTH);
  const key = createHash('sha256').update(shown).digest('hex').slice(0, 12);
  return Array.from({ length: RESULTS }, (_, index) => ({
    title: `[Sandbox] Result ${index + 1} for ${shown}`,
    url: `https://sandbox.example/search/${key}/${index + 1}`,
    snippet: `Made-up sandbox text number ${index + 1} about “${shown}”; nothing was searched.`,
    imageUrl: `https://sandbox.example/search/${key}/${index + 1}.jpg`,
  }));
}

/** A text that cites every page; without pages it only says what it is. */
export function writeSearchAnswer(
  query: string,
  pages: readonly SandboxPage[],
): { text: string; citations: Citation[] } {
  let text = `Sandbox answer; no language model was asked and no web was searched. You asked: ${query}`;
  const citations = pages.map(({ title, url, snippet }) => {
    const start = text.length + 1;
    text += `\n${snippet} ([${title}](${url}))`;
    return { url, title, start_index: start, end_index: text.length };
  });
  return { text, citations };
}
