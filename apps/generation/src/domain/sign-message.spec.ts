import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { validateWebhook } from 'replicate';
import { secretOf, signedHeaders } from './sign-message.js';

const timeMs = Date.UTC(2026, 10, 21, 10, 0, 0, 999);

it('signs as Standard Webhooks: HMAC-SHA256 over id, time and body with the decoded secret', () => {
  const headers = signedHeaders({ id: 'msg_1', body: '{"a":1}', timeMs }, [
    'whsec_c2VjcmV0LW9mLTMyLWJ5dGVzLXNlY3JldC1vZi0zMg==',
  ]);
  const expected = createHmac('sha256', 'secret-of-32-bytes-secret-of-32').update(`msg_1.1795255200.{"a":1}`);
  expect(headers).toEqual({
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1795255200',
    'webhook-signature': `v1,${expected.digest('base64')}`,
  });
});

it('is taken by a verifier of somebody else, under each of the secrets, and by no other', async () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => secretOf(Buffer.from(bytes)));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { minLength: 2, maxLength: 4 }),
      fc.string({ unit: 'grapheme', minLength: 1 }),
      async ([stranger = '', ...secrets], body) => {
        const headers = signedHeaders({ id: 'msg_1', body, timeMs }, secrets);
        const arrived = () => new Request('http://localhost/', { method: 'POST', headers, body });
        for (const secret of secrets) expect(await validateWebhook(arrived(), secret)).toBe(true);
        expect(await validateWebhook(arrived(), stranger)).toBe(false);
      },
    ),
    { numRuns: 30 },
  );
});
