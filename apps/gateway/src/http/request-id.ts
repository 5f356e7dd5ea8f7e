import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const requestIdForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;
const traceparentForm = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A new request id. Not ordered by time like the ids of rows: nothing sorts by it, and this one costs no system call. */
export function newRequestId(): string {
  return randomUUID();
}

/** The caller's `X-Request-Id` when it can safely stand in logs and headers, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdForm.test(given) ? given : newRequestId();
}

/** W3C trace context (https://www.w3.org/TR/trace-context/), passed on unchanged when it is well formed. */
export function traceparentOf(request: IncomingMessage): string | undefined {
  const given = request.headers['traceparent'];
  return typeof given === 'string' && traceparentForm.test(given) ? given : undefined;
}
