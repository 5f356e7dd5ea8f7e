import { LanguageModelError, isTimeout } from './language-model.js';

/** A whole HTTP answer in memory. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Answers are a few kilobytes of JSON. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** Codes of connections that never came about: nothing was sent. */
const notSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Sends one request and reads its whole answer, of at most 256 KiB; follows no redirect. Rejects with
 * LanguageModelError: nobody can tell what a request without an answer was billed for, unless it never left.
 */
export async function exchange(
  fetch: typeof globalThis.fetch,
  input: string | URL | Request,
  init: RequestInit,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  if (signal.aborted) throw abandoned(signal, 'nothing');
  try {
    const response = await fetch(input, { ...init, redirect: 'manual', signal });
    return { status: response.status, headers: response.headers, body: await bodyOf(response) };
  } catch (cause) {
    if (signal.aborted) throw abandoned(signal, 'unclear', cause);
    if (cause instanceof LanguageModelError) throw cause;
    const code = codeOf(cause);
    throw new LanguageModelError('unavailable', {
      billing: notSent.has(code) ? 'nothing' : 'unclear',
      isProviderFault: true,
      isRetryable: true,
      code,
      cause,
    });
  }
}

function abandoned(signal: AbortSignal, billing: 'nothing' | 'unclear', cause?: unknown): LanguageModelError {
  const timedOut = isTimeout(signal);
  return new LanguageModelError(timedOut ? 'timeout' : 'cancelled', { billing, isProviderFault: timedOut, cause });
}

async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > MAX_ANSWER_BYTES)
      throw new LanguageModelError('invalid', { billing: 'unclear', isProviderFault: true });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The first error code in the chain of causes: `fetch` hides the network's own error in one. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
}
