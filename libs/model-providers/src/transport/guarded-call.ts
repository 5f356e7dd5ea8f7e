import { ProviderError } from '../provider-error.js';
import type { HttpAnswer } from './http-answer.js';
import { type HttpFetch, NotSentError } from './http-fetch.js';

/** How one call to a provider is made; times in milliseconds. */
export interface CallPolicy {
  readonly provider: string;
  readonly fetch: HttpFetch;
  /** The call may cost money, so an unclear outcome is `unknown`; otherwise it is `not_bought`. */
  readonly buys: boolean;
  /** From the first connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Added to those of the SDK. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Meaning of an answer that is no success. */
  readonly refusalOf: (answer: HttpAnswer) => ProviderError;
}

/** Four images of the largest size in base64 stay well below. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

const NOT_SENT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Gives `action` a fetch that sends one request and no more: a repetition, whichever part of an SDK asks for it,
 * gets the first outcome again. Rejects with ProviderError only; what the SDK makes of a failure is not used,
 * because SDKs wrap, replace or drop it. An answer that `action` can't use counts as an unclear outcome.
 */
export async function guardedCall<T>(
  policy: CallPolicy,
  action: (fetch: typeof globalThis.fetch) => Promise<T>,
): Promise<T> {
  if (policy.timeoutMs <= 0) throw new ProviderError('not_bought', policy.provider, 'The deadline has passed.');
  let exchange: Promise<HttpAnswer> | undefined;
  const sendOnce: typeof globalThis.fetch = async (input, init) => {
    exchange ??= send(policy, new Request(input, init));
    const { status, headers, body } = await exchange;
    return new Response(body.length === 0 ? null : body, { status, headers });
  };
  try {
    return await action(sendOnce);
  } catch (error) {
    if (exchange === undefined)
      throw new ProviderError('rejected', policy.provider, 'The request could not be made.', { cause: error });
    const { status } = await exchange;
    throw new ProviderError(unclear(policy), policy.provider, 'The answer could not be read.', {
      status,
      cause: error,
    });
  }
}

async function send(policy: CallPolicy, request: Request): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(policy.timeoutMs);
  const body = new Uint8Array(await request.arrayBuffer());
  let answer: HttpAnswer;
  try {
    const response = await policy.fetch(request.url, {
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), ...policy.headers },
      ...(body.length === 0 ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.any([policy.signal, timeout]),
    });
    answer = { status: response.status, headers: response.headers, body: await bodyOf(response) };
  } catch (error) {
    throw transportFailure(error, policy, timeout.aborted);
  }
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw policy.refusalOf(answer);
}

async function bodyOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of response.body ?? []) {
      total += chunk.length;
      if (total > MAX_ANSWER_BYTES) throw new RangeError('The answer is too large.');
      chunks.push(chunk);
    }
  } catch (error) {
    // A refusal is definite by its status, however its text ends.
    if (response.ok) throw error;
  }
  return Buffer.concat(chunks);
}

function transportFailure(error: unknown, policy: CallPolicy, timedOut: boolean): ProviderError {
  const code = codeOf(error);
  const kind = error instanceof NotSentError || NOT_SENT_CODES.has(code) ? 'not_bought' : unclear(policy);
  const isAbandoned = policy.signal.aborted && !isTimeout(policy.signal.reason);
  const what = isAbandoned
    ? 'The call was abandoned.'
    : timedOut || policy.signal.aborted
      ? 'No answer in time.'
      : `The connection failed${code === '' ? '' : ` (${code})`}.`;
  return new ProviderError(kind, policy.provider, what, { isAbandoned, cause: error });
}

/** A deadline that has passed is the provider's slowness, not the caller's change of mind. */
function isTimeout(reason: unknown): boolean {
  return typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
}

function unclear(policy: CallPolicy): 'unknown' | 'not_bought' {
  return policy.buys ? 'unknown' : 'not_bought';
}

/** The first error code in the chain of causes: `fetch` hides the network's own error in one. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
}
