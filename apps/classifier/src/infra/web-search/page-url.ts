import { isIP } from 'node:net';

const longestUrl = 2_000;

/**
 * The address of a public page as everybody may see it: http(s), a named host, no credentials, no fragment, without the
 * `utm_…` marks that search tools add. Undefined for anything else.
 */
export function publicUrl(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > longestUrl) return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  if (!isPublicName(url.hostname)) return undefined;
  url.hash = '';
  const tracking = [...url.searchParams.keys()].filter((name) => name.startsWith('utm_'));
  // Untouched queries keep their spelling.
  for (const name of tracking) url.searchParams.delete(name);
  return url.href.length > longestUrl ? undefined : url.href;
}

/** What two spellings of one address have in common. */
export function urlKey(url: string): string {
  return url.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '');
}

function isPublicName(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return name.includes('.') && isIP(name) === 0 && !/\.(?:local|localhost|internal|home\.arpa)$/.test(name);
}
