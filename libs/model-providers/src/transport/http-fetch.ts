import { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';

/** The part of `fetch` that adapters use; the global one fits. */
export type HttpFetch = (url: string, init: HttpFetchInit) => Promise<Response>;

/** One request with its body in memory. */
export interface HttpFetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

/** The request failed before its first byte was written: whatever it would have bought, it has not. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';

  constructor(cause: unknown) {
    super('The request was not sent.', { cause });
  }
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Never a reused connection: one that the other side closes at that moment would leave it open whether a POST arrived. */
const freshConnections = new Agent({ pipelining: 0, allowH2: false, connect: { timeout: CONNECT_TIMEOUT_MS } });
const keptConnections = new Agent({ allowH2: false, connect: { timeout: CONNECT_TIMEOUT_MS } });

/** Sends one request once, follows nothing, and tells by NotSentError when it certainly had no effect. */
export const httpFetch: HttpFetch = async (url, { method, headers, body, signal }) => {
  let sent = false;
  const connections = method === 'GET' ? keptConnections : freshConnections;
  const dispatcher = connections.compose(noticeStart(() => (sent = true)));
  try {
    signal.throwIfAborted();
    const answer = await request(url, { dispatcher, method, headers, body: body ?? null, signal });
    return new Response(hasNoBody(answer.statusCode) ? null : Readable.toWeb(answer.body), {
      status: answer.statusCode,
      headers: flatten(answer.headers),
    });
  } catch (error) {
    throw sent ? error : new NotSentError(error);
  }
};

/** Calls back when a connection stands and the request is about to be written to it. */
function noticeStart(onStart: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        handler.onRequestStart?.(controller, context);
        // A caller that left meanwhile is told by the line above, and then nothing is written.
        if (!controller.aborted) onStart();
      },
      onResponseStart: (...answer) => handler.onResponseStart?.(...answer),
      onResponseData: (...data) => handler.onResponseData?.(...data),
      onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
      onResponseError: (...failure) => handler.onResponseError?.(...failure),
    });
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function flatten(headers: Dispatcher.ResponseData['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
}
