import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createJwtVerifier } from './jwt-verifier.js';

describe('tokens of a key set', () => {
  const settings = { JWKS_URL: 'https://id.example/jwks', JWT_ADMIN_CLAIM: 'realm_access.roles' };

  async function setUp() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
    const verify = createJwtVerifier(settings, { keys: createLocalJWKSet({ keys: [jwk] }) });
    const sign = (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).setExpirationTime('5m').sign(privateKey);
    return { verify, sign, jwk };
  }

  it('are accepted and name an administrator by the configured claim', async () => {
    const { verify, sign } = await setUp();
    expect(await verify?.(await sign({ sub: 'sarah' }))).toMatchObject({
      userId: 'sarah',
      scopes: ['generate', 'read'],
    });
    const admin = await verify?.(await sign({ sub: 'root', realm_access: { roles: ['admin', 'user'] } }));
    expect(admin?.scopes).toContain('admin');
  });

  it('are refused without a subject', async () => {
    const { verify, sign } = await setUp();
    expect(await verify?.(await sign({}))).toBeUndefined();
  });

  it.each([
    ['no text', 42],
    ['a list', ['sarah']],
    ['empty', ''],
    ['blank', '  '],
    ['too long', 'x'.repeat(201)],
    ['a NUL', 'sarah\u0000'],
    ['a line break', 'sa\nrah'],
    ['half a character', 'sarah\ud83d'],
    ['the administrator', 'admin'],
    ['the administrator, disguised', 'Ad\u200bmin '],
    ['a service', 'system:generation'],
    ['a service in capitals', 'SYSTEM:generation'],
  ])('are refused when the subject is %s', async (_what, sub) => {
    const { verify, sign } = await setUp();
    expect(await verify?.(await sign({ sub }))).toBeUndefined();
  });

  it.each(['x'.repeat(200), 'auth0|5f7c', 'administrator', 'jürgen@example.com'])(
    'are accepted with the subject %s',
    async (sub) => {
      const { verify, sign } = await setUp();
      expect(await verify?.(await sign({ sub }))).toMatchObject({ userId: sub });
    },
  );

  it('are never HS256, not even signed with the public key', async () => {
    const { verify, jwk } = await setUp();
    const forged = await new SignJWT({ sub: 'root' })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(JSON.stringify(jwk)));
    expect(await verify?.(forged)).toBeUndefined();
  });

  it('fail, not pass, while the key set can’t be had', async () => {
    const verify = createJwtVerifier(settings, {
      keys: () => {
        throw new TypeError('fetch failed');
      },
    });
    const token = await (await setUp()).sign({ sub: 'sarah' });
    await expect(verify?.(token)).rejects.toThrow('fetch failed');
  });
});
