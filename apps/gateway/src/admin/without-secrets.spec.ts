import fc from 'fast-check';
import { textWithoutSecrets, withoutSecrets } from './without-secrets.js';

const planted = [
  'atl_live_4l7mV0yq1J9mQ2c8sF5tXwZ3bN6kR0pD7hL1vA2eG4u',
  'sk-proj-abcdefgh12345678',
  'r8_abcdefgh12345678',
  'Bearer abcdefghijkl.mnop',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.sig-nature',
];

it.each(planted)('takes out what looks like a secret, wherever it stands: %s', (secret) => {
  const text = JSON.stringify(withoutSecrets({ name: `my ${secret}`, deep: [{ note: secret }], [secret]: 1 }));
  expect(text).not.toContain(secret.replace('Bearer ', ''));
});

it('takes out what is called a secret, whatever it looks like', () => {
  expect(withoutSecrets({ api_key: 'x', webhookSecret: { a: 1 }, model_id: 'flux' })).toEqual({
    api_key: '[secret]',
    webhookSecret: '[secret]',
    model_id: 'flux',
  });
  expect(textWithoutSecrets('postgres://me:hunter2@db/x')).toBe('postgres://me:[secret]@db/x');
});

it('has a bounded size, whatever it is given', () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 8, withDate: true, withBigInt: true }), (value) => {
      expect((JSON.stringify(withoutSecrets(value)) ?? '').length).toBeLessThanOrEqual(8_000);
    }),
  );
  expect(withoutSecrets(Array.from({ length: 50 }, () => 'x'.repeat(1_000)))).toEqual({ truncated: true });
});
