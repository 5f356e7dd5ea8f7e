import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { signatureProblem } from './webhook-signature.js';

const secret = `whsec_${Buffer.from('an old secret of Replicate').toString('base64')}`;
const other = `whsec_${Buffer.from('another secret').toString('base64')}`;
const nowMs = 1_795_000_000_000;
const body = Buffer.from('{"id":"p1"}');

function signed(key: string, { id = 'msg_1', timestamp = String(nowMs / 1_000), content = body } = {}) {
  const hmac = createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
    .update(`${id}.${timestamp}.`)
    .update(content);
  return { id, timestamp, signatures: `v1,${hmac.digest('base64')}`, body };
}

it('takes what one of the secrets signed, among other signatures', () => {
  const message = signed(secret);
  expect(signatureProblem(message, [other, secret], nowMs)).toBeUndefined();
  const signatures = `v1a,AAAA v1,AAAA ${message.signatures}`;
  expect(signatureProblem({ ...message, signatures }, [secret], nowMs)).toBeUndefined();
});

it.each([
  ['another secret', signed(other)],
  ['another body', signed(secret, { content: Buffer.from('{"id":"p2"}') })],
  ['no signature', { ...signed(secret), signatures: '' }],
  ['another version', { ...signed(secret), signatures: signed(secret).signatures.replace('v1,', 'v2,') }],
  ['another id', { ...signed(secret), id: 'msg_2' }],
  ['another time', { ...signed(secret), timestamp: String(nowMs / 1_000 + 1) }],
])('refuses %s', (_what, message) => {
  expect(signatureProblem(message, [secret], nowMs)).toBe('forged');
});

it.each([
  [-301, 'stale'],
  [-300, undefined],
  [300, undefined],
  [301, 'stale'],
])('with a time that is %i seconds off is %s', (offS, problem) => {
  expect(signatureProblem(signed(secret, { timestamp: String(nowMs / 1_000 + offS) }), [secret], nowMs)).toBe(problem);
});

it.each([
  ['', '1795000000'],
  ['a.b', '1795000000'],
  ['msg_1', ''],
  ['msg_1', '1e9'],
  ['msg_1', '-1'],
])('refuses id %j and time %j, which the signature would not separate', (id, timestamp) => {
  expect(signatureProblem(signed(secret, { id, timestamp }), [secret], nowMs)).toBe('malformed');
});

it('never takes what was not signed, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (content, signatures) => {
      const message = { ...signed(secret), body: content, signatures };
      expect(signatureProblem(message, [secret], nowMs)).toBe('forged');
    }),
  );
});
