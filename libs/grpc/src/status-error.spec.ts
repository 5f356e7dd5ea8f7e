import { Metadata, type ServiceError as GrpcStatusError, status } from '@grpc/grpc-js';
import { defineErrors } from '@atelier/errors';
import { fromStatusError, toStatusError } from './index.js';

const errors = defineErrors('test', {
  TEAPOT: { code: 'FAILED_PRECONDITION', title: 'Teapot', message: 'I am a teapot.', remedy: 'Use a pot.' },
});

/** A status as the client library makes it by itself: with an address in its text. */
function libraryError(code: status): GrpcStatusError {
  const details = 'No connection established. Last error: connect ECONNREFUSED 10.0.0.7:50053';
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

it('gives a catalogue error back as it was', () => {
  const sent = toStatusError(errors.TEAPOT({ violations: [{ field: 'pot', message: 'is tea' }] }));
  const received = fromStatusError(Object.assign(new Error(sent.message), sent));
  expect(received).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'TEAPOT', violations: [{ field: 'pot' }] });
});

it.each([
  [status.UNAVAILABLE, 'SERVICE_UNAVAILABLE'],
  [status.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED'],
  [status.CANCELLED, 'CANCELLED'],
  [status.RESOURCE_EXHAUSTED, 'OVERLOADED'],
  [status.INTERNAL, 'INTERNAL'],
  [status.UNKNOWN, 'INTERNAL'],
])('never shows the address in a status %s of the client library', (code, reason) => {
  const error = fromStatusError(libraryError(code));
  expect(error.reason).toBe(reason);
  expect(`${error.message}${JSON.stringify(error.metadata)}`).not.toContain('10.0.0.7');
});

it('reads a status with broken details by its code', () => {
  const error = libraryError(status.UNAVAILABLE);
  error.metadata.set('grpc-status-details-bin', Buffer.from('broken'));
  expect(fromStatusError(error).code).toBe('UNAVAILABLE');
});
