import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { FetchFailedError } from './fetch-failed-error.js';
import { checkUrl, type UrlPolicy } from './url-policy.js';

/** How to open a URL; `headers` never leave the first origin. */
export interface OpenOptions {
  readonly policy: UrlPolicy;
  readonly agents: { readonly public: Dispatcher; readonly trusted: Dispatcher };
  readonly maxRedirects: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The answer of the last hop; its body is not read yet. */
export interface OpenedUrl {
  /** To be destroyed by the caller in any case. */
  readonly body: Readable;
  readonly finalUrl: string;
  /** Claimed length in bytes, when claimed. */
  readonly contentLength?: number;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** GETs a URL, checking every hop of a redirect as if the user had given it. */
export async function openFollowingRedirects(start: string, options: OpenOptions): Promise<OpenedUrl> {
  let { url, isTrustedOrigin } = checkUrl(start, options.policy);
  const firstOrigin = url.origin;
  let headers = options.headers;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await request(url, {
      dispatcher: isTrustedOrigin ? options.agents.trusted : options.agents.public,
      // A compressed body could unpack to any size, so none is asked for and none is taken.
      headers: { ...headers, 'accept-encoding': 'identity' },
      signal: options.signal,
    });
    // Destroying an unread body makes it emit an error, which nobody else would hear.
    answer.body.on('error', () => {});
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.statusCode) || typeof location !== 'string') return accept(answer, url);

    answer.body.destroy();
    if (redirects >= options.maxRedirects) throw new FetchFailedError('too_many_redirects');
    const next = URL.parse(location, url.href);
    if (next === null) throw new FetchFailedError('url_not_allowed');
    ({ url, isTrustedOrigin } = checkUrl(next, options.policy));
    // Dropped for good: a foreign host must not choose where on the first one they are used.
    if (url.origin !== firstOrigin) headers = {};
  }
}

function accept(answer: Dispatcher.ResponseData, url: URL): OpenedUrl {
  const encoding = answer.headers['content-encoding'];
  const refusal =
    answer.statusCode !== 200
      ? new FetchFailedError('bad_status', { status: answer.statusCode })
      : encoding !== undefined && encoding !== 'identity'
        ? new FetchFailedError('unsupported_content')
        : undefined;
  if (refusal !== undefined) {
    answer.body.destroy();
    throw refusal;
  }
  const contentLength = Number(answer.headers['content-length'] ?? Number.NaN);
  return { body: answer.body, finalUrl: url.href, ...(Number.isNaN(contentLength) ? {} : { contentLength }) };
}
