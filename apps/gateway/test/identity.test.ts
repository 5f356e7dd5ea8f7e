import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, loadConfig, StartRefused } from '@atelier/service-defaults';
import { openTestDatabase } from '@atelier/testing';
import { SignJWT } from 'jose';
import { gatewayConfig } from '../src/index.js';
import { adminKey, startTestGateway, type TestGateway } from './harness/test-gateway.js';

const jwtSecret = 'a-jwt-secret-with-more-than-32-characters';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    env: { JWT_SECRET: jwtSecret, JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'atelier' },
  });
});
afterAll(() => gateway.close());

const listKeys = '/api/v1/admin/keys';

function token(claims: Record<string, unknown>, change: (jwt: SignJWT) => SignJWT = (jwt) => jwt): Promise<string> {
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('sarah')
    .setIssuer('https://id.example')
    .setAudience('atelier')
    .setExpirationTime('5m');
  return change(jwt).sign(new TextEncoder().encode(jwtSecret));
}

describe('credentials', () => {
  it('are refused when there are none', async () => {
    const answer = await gateway.request(listKeys, { as: null });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ code: 'CREDENTIALS_REQUIRED', status: 401 });
  });

  it('are refused when they are wrong, again from the cache', async () => {
    for (const _ of [1, 2]) {
      const answer = await gateway.request(listKeys, { as: 'atl_live_wrong' });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'CREDENTIALS_INVALID' });
    }
  });

  it('work as bearer and as X-API-Key', async () => {
    expect((await gateway.request(listKeys)).status).toBe(200);
    expect((await gateway.request(listKeys, { as: null, headers: { 'x-api-key': adminKey } })).status).toBe(200);
  });

  it('are refused in any other scheme', async () => {
    const answer = await gateway.request(listKeys, { as: null, headers: { authorization: `Basic ${adminKey}` } });
    expect(answer.status).toBe(401);
  });

  it('without the scope are forbidden', async () => {
    const answer = await gateway.request(listKeys, { as: await gateway.keyFor('sarah') });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      code: 'SCOPE_REQUIRED',
      detail: 'This endpoint needs the scope admin.',
    });
  });
});

describe('an API key', () => {
  it('is shown once, has our form and is listed without itself', async () => {
    const made = await gateway.request(listKeys, { json: { owner: 'ben', scopes: ['read'], name: 'laptop' } });
    expect(made.status).toBe(201);
    const { key, ...record } = (await made.json()) as { key: string };
    expect(key).toMatch(/^atl_live_[\w-]{43}$/);
    const listed = (await (await gateway.request(listKeys)).json()) as { items: unknown[] };
    expect(listed.items).toContainEqual(expect.objectContaining({ ...record }));
    expect(JSON.stringify(listed)).not.toContain(key);
  });

  it('is no longer accepted once it is revoked', async () => {
    const made = await gateway.request(listKeys, { json: { owner: 'ben', scopes: ['admin'] } });
    const { id, key } = (await made.json()) as { id: string; key: string };
    expect((await gateway.request(listKeys, { as: key })).status).toBe(200);
    expect((await gateway.request(`${listKeys}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await gateway.request(listKeys, { as: key })).status).toBe(401);
    expect((await gateway.request(`${listKeys}/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('is not accepted after its expiry', async () => {
    const key = await gateway.keyFor('ben', ['admin'], { expires_at: '2020-01-01T00:00:00Z' });
    expect((await gateway.request(listKeys, { as: key })).status).toBe(401);
  });

  it('pages through the list', async () => {
    const first = (await (await gateway.request(`${listKeys}?limit=1`)).json()) as {
      items: { id: string }[];
      next_cursor: string;
    };
    const second = (await (await gateway.request(`${listKeys}?limit=1&cursor=${first.next_cursor}`)).json()) as {
      items: { id: string }[];
    };
    expect(first.items).toHaveLength(1);
    expect(second.items).toHaveLength(1);
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
  });

  it('needs an owner, known scopes and nothing else', async () => {
    for (const json of [
      { scopes: ['read'] },
      { owner: 'a', scopes: ['root'] },
      { owner: 'a', scopes: [] },
      { owner: 'system:x', scopes: ['read'] },
    ]) {
      expect((await gateway.request(listKeys, { json })).status).toBe(400);
    }
    const answer = await gateway.request(listKeys, { json: { owner: 'a', scopes: ['read'], is_admin: true } });
    expect(await answer.json()).toMatchObject({ code: 'UNKNOWN_FIELD', errors: [{ field: 'is_admin' }] });
  });
});

describe('a JWT', () => {
  it('without a role may read and generate, but not administer', async () => {
    expect((await gateway.request(listKeys, { as: await token({}) })).status).toBe(403);
  });

  it('with the role admin may administer', async () => {
    expect((await gateway.request(listKeys, { as: await token({ role: 'admin' }) })).status).toBe(200);
  });

  it.each([
    ['of another issuer', (jwt: SignJWT) => jwt.setIssuer('https://evil.example')],
    ['for another audience', (jwt: SignJWT) => jwt.setAudience('other')],
    ['that has expired', (jwt: SignJWT) => jwt.setExpirationTime('-1m')],
  ])('%s is refused', async (_name, change) => {
    expect((await gateway.request(listKeys, { as: await token({ role: 'admin' }, change) })).status).toBe(401);
  });

  it('signed by somebody else is refused', async () => {
    const forged = await new SignJWT({ role: 'admin' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('sarah')
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode('another-secret-with-more-than-32-characters'));
    expect((await gateway.request(listKeys, { as: forged })).status).toBe(401);
  });

  it('without a signature is refused', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'none' })}.${part({ sub: 'sarah', role: 'admin', exp: 9_999_999_999 })}.x`;
    expect((await gateway.request(listKeys, { as: unsigned })).status).toBe(401);
  });
});

describe('the first start', () => {
  it('makes one administrator key, keeps it for the owner only and shows it once', async () => {
    const database = (await openTestDatabase()).database;
    const env = { ADMIN_API_KEY: '' };
    const first = await startTestGateway({ env, start: { database } });
    const key = first.gateway.newAdminKey ?? '';
    expect(key).toMatch(/^atl_live_/);
    const file = join(first.dataDir, 'admin-key');
    expect((await readFile(file, 'utf8')).trim()).toBe(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await first.request(listKeys, { as: key })).status).toBe(200);
    await first.close();

    const second = await startTestGateway({ env, start: { database } });
    expect(second.gateway.newAdminKey).toBeUndefined();
    expect((await second.request(listKeys, { as: key })).status).toBe(200);
    await second.close();
    await database.close();
  });

  it('makes none when the operator brought an identity', () => {
    expect(gateway.gateway.newAdminKey).toBeUndefined();
  });
});

describe('a start that would stand open', () => {
  it('is refused on an address that others can reach', async () => {
    await expect(startTestGateway({ env: { HOST: '0.0.0.0', ADMIN_API_KEY: '' } })).rejects.toThrow(StartRefused);
  });

  it('is refused with a short administrator key', () => {
    expect(() => loadConfig(gatewayConfig, { ADMIN_API_KEY: 'short' })).toThrow(ConfigError);
  });

  it('is refused with a secret and a key set at once', async () => {
    const env = { JWT_SECRET: jwtSecret, JWKS_URL: 'https://id.example/jwks' };
    await expect(startTestGateway({ env })).rejects.toThrow('not both');
  });
});
