import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { ServiceError } from '@atelier/errors';
import { gatewayErrors } from '../gateway.errors.js';
import { problemType, toProblem } from './problem.js';
import { newRequestId } from './request-id.js';

/** What Node's HTTP parser refuses (https://nodejs.org/api/http.html#event-clienterror); everything else is malformed. */
const refusals: Readonly<Record<string, () => ServiceError>> = {
  HPE_HEADER_OVERFLOW: () => gatewayErrors.HEADERS_TOO_LARGE(),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () => gatewayErrors.BODY_TOO_LARGE(),
  ERR_HTTP_REQUEST_TIMEOUT: () => gatewayErrors.REQUEST_TIMEOUT(),
};

type Headers = Readonly<Record<string, string>>;

/** Answers bytes that are no request. There is no request object yet, so the answer is written by hand, and the last one. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket, headers: Headers): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) return void socket.destroy();
  const { status, lines, body } = answerTo((refusals[error.code ?? ''] ?? gatewayErrors.MALFORMED_REQUEST)(), headers);
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
}

/** Answers an `Expect` header that promises what no server of ours keeps. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse, headers: Headers): void {
  const { status, lines, body } = answerTo(gatewayErrors.EXPECTATION_FAILED(), headers);
  response.writeHead(status, lines).end(body);
}

function answerTo(error: ServiceError, headers: Headers) {
  const problem = toProblem(error, newRequestId());
  const body = JSON.stringify(problem);
  const lines = {
    ...headers,
    'x-request-id': problem.request_id,
    'content-type': problemType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  return { status: problem.status, lines, body };
}

/** True once a part of an earlier request's answer is out: nothing may be written into the middle of it. */
function isAnswering(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  return answer?.headersSent ?? false;
}
