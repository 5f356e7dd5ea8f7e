/** A picture to work on: one that was uploaded, or one that the server fetches. */
export type Source =
  | { readonly kind: 'upload'; readonly id: string; readonly url: string; readonly name: string }
  | { readonly kind: 'address'; readonly url: string };

/** Images of one job. */
export const mostSources = 50;

/** What is typed as addresses: those that are some, each once, and the rest. */
export function readAddresses(text: string): { readonly good: readonly string[]; readonly bad: readonly string[] } {
  const words = [...new Set(text.split(/\s+/).filter((word) => word !== ''))];
  const isAddress = (word: string): boolean => {
    const url = URL.parse(word);
    return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.username === '' && url.password === '';
  };
  return { good: words.filter(isAddress), bad: words.filter((word) => !isAddress(word)) };
}

/** What a request carries for a picture. */
export function sentAs(source: Source): string {
  return source.kind === 'upload' ? source.id : source.url;
}

/** How a picture is called for people: its file's name. */
export function nameOf(source: Source): string {
  if (source.kind === 'upload') return source.name;
  const { pathname, hostname } = new URL(source.url);
  const last = pathname.split('/').findLast((part) => part !== '');
  return last === undefined ? hostname : decode(last);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
