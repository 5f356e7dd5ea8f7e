import { FetchFailedError } from './fetch-failed-error.js';
import { checkUrl } from './url-policy.js';

const longest = 2_000;

/**
 * Why messages are not sent to an address that a caller gave, as a sentence; undefined when they may be. Looks at the text
 * alone: what its name resolves to is checked whenever something is sent, by a fetcher with `httpsOnly` and the same
 * origins (`host:port`).
 */
export function webhookUrlProblem(url: string, allowPrivateOrigins: readonly string[]): string | undefined {
  if (url.length > longest) return `A webhook URL has at most ${longest} characters.`;
  try {
    checkUrl(url, { allowHosts: '*', allowPrivateOrigins: new Set(allowPrivateOrigins), httpsOnly: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof FetchFailedError)) throw error;
    return error.reason === 'private_address'
      ? 'A webhook needs a host on the public internet.'
      : 'A webhook needs an https URL without user name and password, on port 443.';
  }
}
