import { IdentityTokens, identityTokenLifeMs } from './index.js';

const identity = { userId: 'sarah', scopes: ['read', 'generate'], keyId: 'k1' } as const;

it('gives back who was signed', () => {
  const tokens = new IdentityTokens('a'.repeat(32));
  expect(tokens.verify(tokens.sign(identity, 'r-1'))).toEqual({ identity, requestId: 'r-1' });
});

it('refuses a token of another secret, a changed payload, a changed signature and rubbish', () => {
  const tokens = new IdentityTokens('a'.repeat(32));
  const token = tokens.sign(identity, 'r-1');
  const [payload = '', signature = ''] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 'root', scp: ['admin'], rid: 'r', exp: Date.now() + 1e6 })).toString(
    'base64url',
  );
  for (const bad of [
    new IdentityTokens('b'.repeat(32)).sign(identity, 'r-1'),
    `${forged}.${signature}`,
    `${payload}.AAAA`,
    payload,
    '',
    '.',
    'x.y',
  ]) {
    expect(tokens.verify(bad)).toBeUndefined();
  }
});

it('refuses a token after its life', () => {
  let now = 1000;
  const tokens = new IdentityTokens('a'.repeat(32), () => now);
  const token = tokens.sign(identity, 'r-1');
  now += identityTokenLifeMs;
  expect(tokens.verify(token)).toBeDefined();
  now += 1;
  expect(tokens.verify(token)).toBeUndefined();
});
