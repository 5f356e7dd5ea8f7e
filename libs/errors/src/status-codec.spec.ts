import fc from 'fast-check';
import { canonicalCodes, decodeStatus, defineErrors, encodeStatus, ServiceError, type CanonicalCode } from './index.js';

const text = fc.string({ maxLength: 40 });

it('carries every shareable part of an error across the wire, and never its cause', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(canonicalCodes) as CanonicalCode[])),
      text,
      fc.array(fc.record({ field: text, message: text }), { maxLength: 3 }),
      fc.option(fc.nat(3_600_000), { nil: undefined }),
      fc.array(text, { maxLength: 3 }),
      (code, message, violations, retryAfterMs, suggestions) => {
        const alternatives = [{ provider: 'replicate', modelId: 'a/b' }];
        const error = new ServiceError(
          { domain: 'test', reason: 'SOME_REASON', code, title: 'Some error', httpStatus: 422 },
          message,
          {
            violations,
            suggestions,
            alternatives,
            metadata: { limit: 'user' },
            cause: new Error('planted secret'),
            ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
          },
        );
        const bytes = encodeStatus(error);
        expect(bytes.includes('planted secret')).toBe(false);
        expect(decodeStatus(bytes)).toMatchObject({
          code,
          title: 'Some error',
          message,
          violations,
          retryAfterMs,
          suggestions,
          alternatives,
          reason: 'SOME_REASON',
          domain: 'test',
          httpStatus: 422,
          metadata: { limit: 'user' },
        });
      },
    ),
  );
});

it('answers undefined for bytes that are no status', () => {
  expect(decodeStatus(Buffer.from('not a status'))).toBeUndefined();
  expect(decodeStatus(Buffer.alloc(0))).toBeUndefined();
});

it('keeps a service error as it is and hides everything else', () => {
  const errors = defineErrors('test', {
    PROMPT_EMPTY: { code: 'INVALID_ARGUMENT', title: 'Empty', message: 'The prompt is empty.', remedy: 'Write one.' },
  });
  const known = errors.PROMPT_EMPTY();
  expect(ServiceError.from(known)).toBe(known);
  const hidden = ServiceError.from(new Error('password=1'));
  expect(hidden).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
  expect(hidden.message).not.toContain('password');
});
