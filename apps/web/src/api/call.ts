import { connection } from './connection.js';
import { ProblemError } from './problem.js';
import { session } from './session.js';

const timeoutMs = 60_000;

/**
 * `fetch` for the REST API: adds the credentials and a deadline, and rejects with ProblemError for every refusal. A server that
 * can't be reached is said to `connection`, refused credentials end the session. The caller's own abort stays an AbortError.
 */
export async function call(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const response = await send(input, init, [AbortSignal.timeout(timeoutMs)]);
  if (!response.ok) throw await refusal(response);
  return response;
}

/** The same without a deadline, for streams and large files. */
export async function open(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const response = await send(input, init, []);
  if (!response.ok) throw await refusal(response);
  return response;
}

async function send(input: RequestInfo | URL, init: RequestInit, signals: AbortSignal[]): Promise<Response> {
  const headers = new Headers(init.headers);
  const credentials = session.credentials();
  if (credentials !== null) headers.set('authorization', `Bearer ${credentials}`);
  const own = init.signal ? [...signals, init.signal] : signals;
  try {
    const response = await fetch(input, {
      ...init,
      headers,
      ...(own.length > 0 ? { signal: AbortSignal.any(own) } : {}),
    });
    connection.found();
    return response;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    if (error instanceof DOMException && error.name === 'TimeoutError') throw ProblemError.late();
    connection.lost();
    throw ProblemError.unreachable();
  }
}

async function refusal(response: Response): Promise<ProblemError> {
  if (response.status === 401) session.close('expired');
  return ProblemError.from(response);
}
