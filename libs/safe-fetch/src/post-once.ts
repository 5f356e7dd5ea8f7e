import { type Dispatcher, request } from 'undici';
import { checkUrl, type UrlPolicy } from './url-policy.js';

/** What to send, and to where it may go. */
export interface PostOptions {
  readonly policy: UrlPolicy;
  readonly agents: { readonly public: Dispatcher; readonly trusted: Dispatcher };
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** How a host took a message; the body of its answer is never kept. */
export interface PostAnswer {
  /** As the host gave it: redirects are not followed, errors are not thrown. */
  readonly status: number;
  /** The Retry-After header, when there is one. */
  readonly retryAfter?: string;
}

/** So much of an answer is read past, so that its connection serves again; a longer one costs the connection. */
const mostReadBytes = 16 * 1024;

/** POSTs a message once: nothing is repeated and no redirect is followed. The status counts, whatever becomes of the body. */
export async function postOnce(target: string, options: PostOptions): Promise<PostAnswer> {
  const { url, isTrustedOrigin } = checkUrl(target, options.policy);
  const { statusCode, headers, body } = await request(url, {
    method: 'POST',
    dispatcher: isTrustedOrigin ? options.agents.trusted : options.agents.public,
    headers: { ...options.headers, 'accept-encoding': 'identity' },
    body: options.body,
    signal: options.signal,
  });
  // Destroying an unread body makes it emit an error, which nobody else would hear.
  body.on('error', () => {});
  await body.dump({ limit: mostReadBytes, signal: options.signal }).catch(() => {});
  const retryAfter = headers['retry-after'];
  return { status: statusCode, ...(typeof retryAfter === 'string' ? { retryAfter } : {}) };
}
