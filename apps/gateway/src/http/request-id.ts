import type { IncomingMessage } from 'node:http';
import { v7 as uuidv7 } from 'uuid';

const requestIdForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;
const traceparentForm = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's `X-Request-Id` when it can safely stand in logs and headers, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdForm.test(given) ? given : uuidv7();
}

/** W3C trace context (https://www.w3.org/TR/trace-context/), passed on unchanged when it is well formed. */
export function traceparentOf(request: IncomingMessage): string | undefined {
  const given = request.headers['traceparent'];
  return typeof given === 'string' && traceparentForm.test(given) ? given : undefined;
}
