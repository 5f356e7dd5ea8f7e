import { connect } from 'node:net';
import { socketAddress } from '@atelier/testing';
import { gatewayErrors } from '../src/gateway.errors.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
const nowhere = socketAddress('nowhere');

beforeAll(async () => {
  gateway = await startTestGateway({
    env: {
      CORS_ORIGINS: 'https://app.example',
      CLASSIFIER_URL: nowhere,
      GENERATION_URL: '203.0.113.1:50053',
    },
  });
});
afterAll(() => gateway.close());

const keys = '/api/v1/admin/keys';

describe('a request that can’t be served', () => {
  it.each([
    ['an unknown address', '/api/v1/nothing', {}, 404, 'ROUTE_NOT_FOUND'],
    [
      'malformed JSON',
      keys,
      { body: '{"owner":', headers: { 'content-type': 'application/json' } },
      400,
      'MALFORMED_JSON',
    ],
    ['an empty body', keys, { method: 'POST', headers: { 'content-type': 'application/json' } }, 400, 'MALFORMED_JSON'],
    [
      'a poisoned prototype',
      keys,
      { body: '{"__proto__":{"a":1}}', headers: { 'content-type': 'application/json' } },
      400,
      'MALFORMED_JSON',
    ],
    [
      'another content type',
      keys,
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['plain text', keys, { body: 'hello', headers: { 'content-type': 'text/plain' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body over the limit', keys, { json: { owner: 'x'.repeat(1_100_000) } }, 413, 'BODY_TOO_LARGE'],
    ['a wrong type', keys, { json: { owner: 5, scopes: 'read' } }, 400, 'INVALID_REQUEST'],
    ['a body that is no object', keys, { json: [1] }, 400, 'INVALID_REQUEST'],
    ['a wrong query', `${keys}?limit=0`, {}, 400, 'INVALID_REQUEST'],
    ['a broken percent encoding', '/api/v1/%zz', {}, 400, 'MALFORMED_URL'],
    ['an id that can’t exist', `${keys}/5`, { method: 'DELETE' }, 404, 'RESOURCE_NOT_FOUND'],
  ] as const)('is answered as a problem: %s', async (_name, path, init, status, code) => {
    const answer = await gateway.request(path, init);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const problem = (await answer.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ type: `/docs/errors/${code}`, status, code });
    expect(problem['title']).toBe(gatewayErrors.definitions[code].title);
    expect(problem['detail']).toMatch(/\.$/);
    expect(problem['request_id']).toBe(answer.headers.get('x-request-id'));
    expect(Object.keys(problem)).not.toContain('stack');
  });

  it('names every wrong field', async () => {
    const answer = await gateway.request(keys, { json: { owner: '', scopes: ['root'], extra: 1 } });
    const { errors } = (await answer.json()) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field).sort()).toEqual(['extra', 'owner', 'scopes.0']);
  });

  it('names the methods of an address', async () => {
    const answer = await gateway.request(keys, { method: 'PUT', json: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(await answer.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  const host = 'host: localhost\r\n';
  it.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    ['an unknown method', `BREW / HTTP/1.1\r\n${host}\r\n`, 400, 'MALFORMED_REQUEST'],
    ['a broken header', `GET / HTTP/1.1\r\n${host}a b: c\r\n\r\n`, 400, 'MALFORMED_REQUEST'],
    ['two lengths', `POST / HTTP/1.1\r\n${host}content-length: 1, 2\r\n\r\n`, 400, 'MALFORMED_REQUEST'],
    ['no Host', 'GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'MALFORMED_REQUEST'],
    ['long headers', `GET / HTTP/1.1\r\n${host}a: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['a long address', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431, 'HEADERS_TOO_LARGE'],
    [
      'long chunk extensions',
      `POST /api/v1/ai/job HTTP/1.1\r\n${host}transfer-encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`,
      413,
      'BODY_TOO_LARGE',
    ],
    ['an expectation', `GET / HTTP/1.1\r\n${host}expect: tea\r\n\r\n`, 417, 'EXPECTATION_FAILED'],
    ['a broken address', `GET /%zz HTTP/1.1\r\n${host}connection: close\r\n\r\n`, 400, 'MALFORMED_URL'],
  ] as const)('is answered as a problem on the wire too: %s', async (_name, sent, status, code) => {
    const { port } = new URL(gateway.url);
    const text = await new Promise<string>((resolve) => {
      let all = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(sent));
      socket.on('data', (chunk) => (all += chunk.toString())).on('error', () => {});
      socket.on('close', () => resolve(all));
    });
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json; charset=utf-8');
    expect(head).toContain("default-src 'self'");
    const problem = JSON.parse(body) as { request_id: string };
    expect(problem).toMatchObject({ code, status, title: gatewayErrors.definitions[code].title });
    expect(head).toContain(`x-request-id: ${problem.request_id}`);
    expect(problem.request_id).not.toBe('');
  });
});

describe('a failure behind the gateway', () => {
  it('of a service that can’t be reached is 503 with the time to wait, and hides the address', async () => {
    const answer = await gateway.request('/api/v1/generations');
    const text = await answer.text();
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.parse(text)).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retry_after_s: 1 });
    expect(text).not.toMatch(/203\.0\.113|unix:|\.sock/);
  });

  it('that nobody expected is 500 without its text, and reported once with the request id', async () => {
    gateway.published.length = 0;
    gateway.services.set('analytics', 'getSystemStats', () => {
      throw new Error('password hunter2 at /var/lib/secret');
    });
    const answer = await gateway.request('/api/monitoring/stats/system');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toMatch(/hunter2|secret|Error:|at \w+/);
    const errors = gateway.published.filter(({ errorOccurred }) => errorOccurred);
    expect(errors).toMatchObject([
      {
        requestId: answer.headers.get('x-request-id'),
        userId: 'admin',
        errorOccurred: { code: 'INTERNAL', path: '/api/monitoring/stats/system', status: 500 },
      },
    ]);
  });

  it('counts every call of an endpoint once, by its pattern', async () => {
    gateway.published.length = 0;
    await gateway.request(`${keys}/0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90`, { method: 'DELETE' });
    await gateway.request('/health/live');
    const calls = gateway.published.flatMap(({ endpointCalled }) => endpointCalled ?? []);
    expect(calls).toMatchObject([{ route: `${keys}/:id`, method: 'DELETE', status: 404 }]);
  });
});

describe('every answer', () => {
  it('carries a request id: the caller’s when it is safe, else a new one', async () => {
    const given = await gateway.request('/health/live', { headers: { 'x-request-id': 'my-request.1' } });
    expect(given.headers.get('x-request-id')).toBe('my-request.1');
    const unsafe = await gateway.request('/health/live', { headers: { 'x-request-id': 'a b<script>' } });
    expect(unsafe.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('carries the security headers, errors too', async () => {
    for (const path of ['/health/live', '/nothing']) {
      const { headers } = await gateway.request(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('server')).toBe('atelier/test');
    }
  });

  it('is the same with a slash at the end', async () => {
    expect((await gateway.request('/health/live/')).status).toBe(200);
    expect((await gateway.request(`${keys}/`)).status).toBe(200);
  });

  it('is open to configured origins only', async () => {
    const from = async (origin: string) => (await gateway.request('/health/live', { headers: { origin } })).headers;
    expect((await from('https://app.example')).get('access-control-allow-origin')).toBe('https://app.example');
    expect((await from('https://evil.example')).get('access-control-allow-origin')).toBeNull();
    const preflight = await gateway.request(keys, {
      method: 'OPTIONS',
      as: null,
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('idempotency-key');
  });
});

describe('health', () => {
  it.each(['/health', '/health/detailed', '/health/cache', '/health/ready', '/health/live'])(
    '%s answers without identity while services are down',
    async (path) => {
      expect((await gateway.request(path, { as: null })).status).toBe(200);
    },
  );

  it('says which part is down and nothing about where it is', async () => {
    const text = await (await gateway.request('/health/detailed', { as: null })).text();
    const { status, services } = JSON.parse(text) as { status: string; services: { name: string; status: string }[] };
    expect(status).toBe('degraded');
    expect(Object.fromEntries(services.map((part) => [part.name, part.status]))).toEqual({
      classifier: 'down',
      'model-selector': 'up',
      generation: 'down',
      'playground-processor': 'up',
      presets: 'up',
      analytics: 'up',
    });
    expect(text).not.toContain('203.0.113.1');
    expect(text).not.toContain('.sock');
  });
});

describe('request limits', () => {
  it('count per user, say so in headers and answer 429 with the time to wait', async () => {
    const limited = await startTestGateway({
      env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '3', RATE_LIMIT_REQUESTS_PER_HOUR: '10' },
    });
    const ask = () => limited.request(keys);
    const first = await ask();
    expect(first.headers.get('ratelimit-limit')).toBe('3');
    expect(first.headers.get('ratelimit-remaining')).toBe('2');
    expect(first.headers.get('ratelimit-policy')).toBe('3;w=60, 10;w=3600');
    const [, , refused] = [await ask(), await ask(), await ask()];
    expect(refused?.status).toBe(429);
    const wait = Number(refused?.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(await refused?.json()).toMatchObject({
      code: 'RATE_LIMITED',
      detail: 'The limit of 3 requests per minute is reached.',
      retry_after_s: wait,
    });
    expect(limited.published.some(({ rateLimited }) => rateLimited?.route === keys)).toBe(true);
    await limited.close();
  });

  it('are a key’s own when it has some', async () => {
    const key = await gateway.keyFor('ben', ['admin'], { limits: { requests_per_minute: 1 } });
    expect((await gateway.request(keys, { as: key })).status).toBe(200);
    expect((await gateway.request(keys, { as: key })).status).toBe(429);
    expect((await gateway.request(keys)).status).toBe(200);
  });
});
