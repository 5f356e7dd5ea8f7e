import { endpointMatrix, exampleUrl } from './harness/endpoint-matrix.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
let keys: { reader: string; maker: string; admin: string };
beforeAll(async () => {
  gateway = await startTestGateway();
  keys = {
    reader: await gateway.keyFor('reader', ['read']),
    maker: await gateway.keyFor('maker', ['generate']),
    admin: await gateway.keyFor('boss', ['admin']),
  };
});
afterAll(() => gateway.close());

async function statusOf(route: { method: string; path: string }, as: string | null): Promise<number> {
  // An upgrade is not asked for, so the socket's address answers like any other.
  const { status } = await gateway.request(exampleUrl(route.path), { method: route.method, as });
  return status;
}

describe('every endpoint', () => {
  it('that is not listed as public refuses callers without a key, with a wrong one and with one that is not ours', async () => {
    const open: string[] = [];
    for (const route of endpointMatrix(gateway)) {
      if (publicPaths.has(route.path)) continue;
      for (const credential of [null, 'atl_live_wrong', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.x']) {
        // This machine may read metrics without a key.
        if (credential === null && route.path === '/metrics') continue;
        if ((await statusOf(route, credential)) !== 401) open.push(`${route.method} ${route.path} as ${credential}`);
      }
    }
    expect(open).toEqual([]);
  });

  it('that is public answers without a key', async () => {
    const closed: string[] = [];
    for (const route of endpointMatrix(gateway)) {
      if (!publicPaths.has(route.path)) continue;
      if ([401, 403].includes(await statusOf(route, null))) closed.push(route.path);
    }
    expect(closed).toEqual([]);
  });

  it('refuses a key without its scope, and lets an administrator in', async () => {
    const wrong: string[] = [];
    for (const route of endpointMatrix(gateway)) {
      const { method, path, access } = route;
      if (access !== 'read' && access !== 'generate' && access !== 'admin') continue;
      const lacking = { read: [keys.maker], generate: [keys.reader], admin: [keys.reader, keys.maker] }[access];
      for (const key of lacking) if ((await statusOf(route, key)) !== 403) wrong.push(`${method} ${path}`);
      const allowed = await statusOf(route, keys.admin);
      if (allowed === 401 || allowed === 403) wrong.push(`${method} ${path} as administrator`);
    }
    expect(wrong).toEqual([]);
  });

  it('reads with read, changes with generate, and is for administrators under admin and monitoring', () => {
    for (const { method, path, access } of endpointMatrix(gateway)) {
      if (!path.startsWith('/api/') || publicPaths.has(path)) continue;
      const expected =
        path.startsWith('/api/v1/admin') || (path.startsWith('/api/monitoring') && path !== '/api/monitoring/health')
          ? 'admin'
          : (method === 'GET' && !confidential.has(path)) || path === '/api/v1/estimate'
            ? 'read'
            : 'generate';
      expect([method, path, access]).toEqual([method, path, expected]);
    }
  });
});

// Whoever knows it speaks for us.
const confidential = new Set(['/api/v1/generations/webhooks/secret']);

const publicPaths = new Set([
  '/api/v1/generations/webhooks/replicate',
  '/health',
  '/health/detailed',
  '/health/cache',
  '/health/ready',
  '/health/live',
  '/openapi.json',
  '/docs',
  '/docs/docs.js',
  '/docs/style.css',
  '/docs/errors/:code',
]);
