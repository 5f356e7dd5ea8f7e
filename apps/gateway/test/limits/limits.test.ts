import type { Database } from '@atelier/persistence';
import { createLogger } from '@atelier/service-defaults';
import { openTestDatabase, testRuntime } from '@atelier/testing';
import { sql } from 'kysely';
import { adminKey, startTestGateway, type TestGateway } from '../harness/test-gateway.js';

let database: Database;
const open: TestGateway[] = [];
async function gatewayWith(env: Readonly<Record<string, string>>): Promise<TestGateway> {
  const gateway = await startTestGateway({ env, start: { database } });
  open.push(gateway);
  return gateway;
}
beforeAll(async () => {
  database = (await openTestDatabase()).database;
});
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});
afterAll(() => database.close());

const cheap = '/api/monitoring/health';
const another = '/api/v1/enhanced/metrics';
const limits = '/api/v1/admin/limits';

async function statuses(gateway: TestGateway, path: string, keys: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const as of keys) found.push((await gateway.request(path, { as })).status);
  return found;
}

describe('a limit', () => {
  it('of a user counts all its keys together, and nobody else', async () => {
    const gateway = await gatewayWith({ RATE_LIMIT_REQUESTS_PER_MINUTE: '3' });
    const [laptop, phone] = [await gateway.keyFor('sarah'), await gateway.keyFor('sarah')];
    expect(await statuses(gateway, cheap, [laptop, phone, laptop, phone])).toEqual([200, 200, 200, 429]);
    expect(await statuses(gateway, cheap, [await gateway.keyFor('ben')])).toEqual([200]);
  });

  it('of a key counts that key alone', async () => {
    const gateway = await gatewayWith({ RATE_LIMIT_KEY_REQUESTS_PER_MINUTE: '2' });
    const [laptop, phone] = [await gateway.keyFor('sarah'), await gateway.keyFor('sarah')];
    expect(await statuses(gateway, cheap, [laptop, laptop, laptop, phone])).toEqual([200, 200, 429, 200]);
  });

  it('of an endpoint counts everybody there, and nothing elsewhere', async () => {
    const gateway = await gatewayWith({ RATE_LIMIT_ENDPOINT_REQUESTS_PER_MINUTE: '2' });
    const [sarah, ben] = [await gateway.keyFor('sarah'), await gateway.keyFor('ben')];
    expect(await statuses(gateway, cheap, [sarah, ben, ben])).toEqual([200, 200, 429]);
    expect(await statuses(gateway, another, [sarah])).toEqual([200]);
  });

  it('for everybody together counts everything but administration', async () => {
    const gateway = await gatewayWith({ RATE_LIMIT_GLOBAL_REQUESTS_PER_HOUR: '2' });
    const [sarah, ben] = [await gateway.keyFor('sarah'), await gateway.keyFor('ben')];
    expect(await statuses(gateway, cheap, [sarah])).toEqual([200]);
    expect(await statuses(gateway, another, [ben, sarah])).toEqual([200, 429]);
    expect((await gateway.request(limits)).status).toBe(200);
  });

  it.each([
    ['user', 'minute', 'RATE_LIMIT_REQUESTS_PER_MINUTE', /^The limit of 1 requests per minute is reached\.$/],
    ['user', 'hour', 'RATE_LIMIT_REQUESTS_PER_HOUR', /^The limit of 1 requests per hour is reached\.$/],
    ['key', 'hour', 'RATE_LIMIT_KEY_REQUESTS_PER_HOUR', /API key/],
    ['endpoint', 'minute', 'RATE_LIMIT_ENDPOINT_REQUESTS_PER_MINUTE', /endpoint/],
    ['global', 'minute', 'RATE_LIMIT_GLOBAL_REQUESTS_PER_MINUTE', /everybody together/],
  ] as const)('that refuses says which it is: %s per %s', async (scope, window, setting, detail) => {
    const gateway = await gatewayWith({ [setting]: '1' });
    // The administrator made it: for the user's own limit that was the one request.
    const key = await gateway.keyFor('sarah');
    await gateway.request(cheap, { as: key });
    const refused = await gateway.request(cheap, { as: key });
    expect(refused.status).toBe(429);
    const problem = (await refused.json()) as { retry_after_s: number };
    expect(problem).toMatchObject({
      code: 'RATE_LIMITED',
      detail: expect.stringMatching(detail),
      limit: { scope, window, requests: 1 },
    });
    expect(refused.headers.get('retry-after')).toBe(String(problem.retry_after_s));
    expect(refused.headers.get('ratelimit-limit')).toBe('1');
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('ratelimit-reset'))).toBeGreaterThanOrEqual(problem.retry_after_s);
    expect(gateway.published.flatMap(({ rateLimited }) => rateLimited ?? [])).toEqual([{ scope, route: cheap }]);
  });

  it('that refuses leaves the others as they were', async () => {
    const gateway = await gatewayWith({ RATE_LIMIT_ENDPOINT_REQUESTS_PER_MINUTE: '1' });
    const key = await gateway.keyFor('sarah');
    expect(await statuses(gateway, cheap, [key, key, key])).toEqual([200, 429, 429]);
    const { usage } = (await (await gateway.request(another, { as: key })).json()) as { usage: object };
    expect(usage).toMatchObject({ requests_this_minute: 2, requests_this_hour: 2 });
  });

  it('is told with every answer, refusals of other kinds too', async () => {
    const gateway = await gatewayWith({
      RATE_LIMIT_REQUESTS_PER_MINUTE: '10',
      RATE_LIMIT_REQUESTS_PER_HOUR: '100',
      RATE_LIMIT_GLOBAL_REQUESTS_PER_MINUTE: '50',
    });
    const key = await gateway.keyFor('sarah', ['read']);
    for (const [path, status] of [
      [cheap, 200],
      ['/api/v1/admin/keys', 403],
      ['/api/v1/references?limit=0', 400],
    ] as const) {
      const { status: answered, headers } = await gateway.request(path, { as: key });
      expect([path, answered]).toEqual([path, status]);
      expect(headers.get('ratelimit-limit')).toBe('10');
      expect(headers.get('ratelimit-policy')).toMatch(/^10;w=60, 100;w=3600/);
    }
    const { headers } = await gateway.request(cheap, { as: key });
    expect(headers.get('ratelimit-policy')).toBe('10;w=60, 100;w=3600, 50;w=60;scope="global"');
    expect(headers.get('ratelimit-degraded')).toBeNull();
  });
});

describe('administration of limits', () => {
  let gateway: TestGateway;
  const put = (subject: string, json: unknown) => gateway.request(`${limits}/${subject}`, { method: 'PUT', json });

  beforeEach(async () => {
    await sql`truncate gateway.request_limits`.execute(database.kysely());
    gateway = await gatewayWith({ RATE_LIMIT_REQUESTS_PER_MINUTE: '100', RATE_LIMIT_REQUESTS_PER_HOUR: '1000' });
  });

  it('sets, shows, lists and takes back a user’s limit, which holds at once', async () => {
    const key = await gateway.keyFor('sarah');
    const set = await put('user/sarah', { requests_per_minute: 2 });
    expect(set.status).toBe(200);
    const rule = await set.json();
    expect(rule).toMatchObject({
      scope: 'user',
      subject: 'sarah',
      requests_per_minute: 2,
      requests_per_hour: null,
      updated_by: 'admin',
    });
    expect(await (await gateway.request(`${limits}/user/sarah`)).json()).toEqual(rule);
    expect(await (await gateway.request(limits)).json()).toEqual({
      items: [rule],
      next_cursor: null,
      defaults: {
        user: { requests_per_minute: 100, requests_per_hour: 1000 },
        key: { requests_per_minute: null, requests_per_hour: null },
        endpoint: { requests_per_minute: null, requests_per_hour: null },
        global: { requests_per_minute: null, requests_per_hour: null },
      },
    });
    expect(await statuses(gateway, cheap, [key, key, key])).toEqual([200, 200, 429]);
    const usage = async () => ((await (await gateway.request(another, { as: key })).json()) as { usage: object }).usage;
    expect((await gateway.request(`${limits}/user/sarah`, { method: 'DELETE' })).status).toBe(204);
    expect(await usage()).toMatchObject({ requests_this_minute: 3, minute_limit: 100, hour_limit: 1000 });
    expect((await gateway.request(`${limits}/user/sarah`, { method: 'DELETE' })).status).toBe(404);
    expect((await gateway.request(`${limits}/user/sarah`)).status).toBe(404);
  });

  it('takes users with any name, keys, endpoints and everybody', async () => {
    const made = await gateway.request('/api/v1/admin/keys', { json: { owner: 'ben', scopes: ['read'] } });
    const { id, key } = (await made.json()) as { id: string; key: string };
    const subjects = [
      `user/${encodeURIComponent('auth0|ben/1 ü')}`,
      `key/${id}`,
      `endpoint/${encodeURIComponent(`GET ${cheap}`)}`,
      'user/*',
      'global/*',
    ];
    for (const subject of subjects)
      expect([subject, (await put(subject, { requests_per_hour: 3 })).status]).toEqual([subject, 200]);
    const listed = (await (await gateway.request(`${limits}?limit=2`)).json()) as Page;
    const rest = (await (await gateway.request(`${limits}?limit=100&cursor=${listed.next_cursor}`)).json()) as Page;
    expect([...listed.items, ...rest.items].map(({ scope, subject }) => `${scope} ${subject}`)).toEqual([
      `endpoint GET ${cheap}`,
      'global *',
      `key ${id}`,
      'user *',
      'user auth0|ben/1 ü',
    ]);
    expect(await statuses(gateway, cheap, [key, key, key, key])).toEqual([200, 200, 200, 429]);
  });

  it.each([
    ['a limit of nothing', 'user/sarah', { requests_per_minute: 0 }, 400],
    ['a part of a request', 'user/sarah', { requests_per_minute: 1.5 }, 400],
    ['a limit that can’t be counted exactly', 'user/sarah', { requests_per_hour: 1_000_000_001 }, 400],
    ['no limit at all', 'user/sarah', {}, 400],
    ['dollars, which the budgets limit', 'user/sarah', { dollars_per_hour: 5 }, 400],
    ['an unknown scope', 'planet/earth', { requests_per_minute: 1 }, 404],
    ['a key that is none', 'key/laptop', { requests_per_minute: 1 }, 400],
    ['a key that is not there', 'key/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90', { requests_per_minute: 1 }, 400],
    ['an endpoint that is not there', 'endpoint/GET%20%2Fapi%2Fnothing', { requests_per_minute: 1 }, 400],
    ['an administrative endpoint', 'endpoint/GET%20%2Fapi%2Fv1%2Fadmin%2Flimits', { requests_per_minute: 1 }, 400],
    ['a public one', 'endpoint/GET%20%2Fhealth', { requests_per_minute: 1 }, 400],
    ['somebody in particular among all', 'global/sarah', { requests_per_minute: 1 }, 400],
  ])('refuses %s', async (_what, subject, body, status) => {
    const answer = await put(subject, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('problem+json');
    expect(((await (await gateway.request(limits)).json()) as Page).items).toEqual([]);
  });

  it('can always be reached by an administrator, whatever was set', async () => {
    for (const subject of ['user/admin', 'global/*']) await put(subject, { requests_per_hour: 1 });
    expect(await statuses(gateway, cheap, [adminKey, adminKey])).toEqual([200, 429]);
    expect((await gateway.request(`${limits}/user/admin`, { method: 'DELETE' })).status).toBe(204);
    expect((await gateway.request('/api/v1/admin/keys')).status).toBe(200);
  });

  it('leaves a line in the log about every change', async () => {
    const lines: Record<string, unknown>[] = [];
    const { runtime } = testRuntime('gateway');
    const logger = createLogger(
      { service: 'gateway', version: 'test', level: 'info' },
      {
        write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
      },
    );
    const logged = await startTestGateway({ start: { database, runtime: { ...runtime, logger } } });
    open.push(logged);
    await logged.request(`${limits}/user/sarah`, { method: 'PUT', json: { requests_per_minute: 5 } });
    await logged.request(`${limits}/user/sarah`, { method: 'DELETE' });
    expect(lines.filter(({ audit }) => audit)).toMatchObject([
      { audit: 'limits.set', audit_id: expect.any(String) },
      { audit: 'limits.delete', audit_id: expect.any(String) },
    ]);
    // Lines of a log can't be erased: who and whom is in the audit log.
    expect(JSON.stringify(lines.filter(({ audit }) => audit))).not.toContain('sarah');
  });

  it('takes a key that was revoked for none', async () => {
    const made = await gateway.request('/api/v1/admin/keys', { json: { owner: 'ben', scopes: ['read'] } });
    const { id } = (await made.json()) as { id: string };
    await gateway.request(`/api/v1/admin/keys/${id}`, { method: 'DELETE' });
    expect((await put(`key/${id}`, { requests_per_minute: 1 })).status).toBe(400);
  });
});

interface Page {
  readonly items: readonly { readonly scope: string; readonly subject: string }[];
  readonly next_cursor: string | null;
}
