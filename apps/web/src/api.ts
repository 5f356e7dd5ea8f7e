/** An answer of `application/problem+json` (RFC 9457), or what stands for it when there was no answer. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly suggestions?: readonly string[];
}

/** A request that the gateway refused or that never reached it. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const storageKey = 'atelier-api-key';

/** The key lives in this tab's session only. */
export const session = {
  key: (): string | null => sessionStorage.getItem(storageKey),
  open: (key: string): void => sessionStorage.setItem(storageKey, key),
  close: (): void => sessionStorage.removeItem(storageKey),
};

/** Calls the public REST API; rejects with ProblemError, and with AbortError when `signal` fires. */
export async function api<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const response = await send(method, path, body, signal);
  if (response.status === 204) return undefined as Answer;
  return (await response.json()) as Answer;
}

/** The same call with the body left unread, for streams. */
export async function send(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const isForm = body instanceof FormData;
  const response = await fetch(path, {
    method,
    headers: {
      ...headers,
      authorization: `Bearer ${session.key() ?? ''}`,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ProblemError({
      status: 0,
      code: 'OFFLINE',
      detail: 'The server can’t be reached. Check that it is running, then try again.',
    });
  });
  if (response.ok) return response;
  const fallback: Problem = {
    status: response.status,
    code: 'UNKNOWN',
    detail: `The server answered ${response.status}.`,
  };
  throw new ProblemError({ ...fallback, ...((await response.json().catch(() => ({}))) as Partial<Problem>) });
}
