import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { gatewayErrors } from '../src/gateway.errors.js';
import { controllers } from '../src/gateway.module.js';
import { declaredRoutes } from '../src/openapi/declared-routes.js';
import { openApiDocument } from '../src/openapi/openapi-document.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

interface Media {
  schema?: object;
  example?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  security: object[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let gateway: TestGateway;
let docsDir: string;
let webRoot: string;
let document: Document;
beforeAll(async () => {
  docsDir = await mkdtemp(join(tmpdir(), 'atelier-docs-'));
  await mkdir(join(docsDir, 'errors'));
  await writeFile(
    join(docsDir, 'errors', 'FROM_FOLDER.md'),
    '# <b>Title</b>\n\n| | |\n|---|---|\n| code | `X` |\n\nText.\n',
  );
  webRoot = await mkdtemp(join(tmpdir(), 'atelier-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Atelier</title>');
  await writeFile(join(webRoot, 'assets', 'app.js'), 'export {};');
  gateway = await startTestGateway({ start: { docsDir, webRoot } });
  document = (await (await gateway.request('/openapi.json', { as: null })).json()) as Document;
});
afterAll(async () => {
  await gateway.close();
  await rm(docsDir, { recursive: true });
  await rm(webRoot, { recursive: true });
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );

describe('the OpenAPI document', () => {
  it('is public and describes every route that is served', () => {
    expect(document.openapi).toBe('3.1.0');
    const described = new Set(operations().map(({ name }) => name));
    const served = gateway.gateway.routes
      .filter(({ method, endpoint }) => method !== 'HEAD' && endpoint?.tag !== 'static')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(served.filter((route) => !described.has(route))).toEqual([]);
    expect([...described].filter((route) => !served.includes(route))).toEqual([]);
  });

  it('can be written without a server: what controllers declare is what is served', () => {
    const declared = openApiDocument(declaredRoutes(controllers), { version: '', serverUrl: '' })['paths'] as object;
    const sockets = Object.entries(document.paths).filter(([path]) => path.endsWith('/ws'));
    expect({ ...declared, ...Object.fromEntries(sockets) }).toEqual(document.paths);
  });

  it('has all paths of this version', () => {
    const names = operations().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(promised));
  });

  it('has one name per operation, a summary and an answer', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, operation } of operations()) {
      expect([name, operation.summary.length > 3, Object.keys(operation.responses).length > 0]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  it('has only examples that fit their schemas', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'https://atelier/', components: document.components });
    const wrong: unknown[] = [];
    let checked = 0;
    for (const { name, operation } of operations()) {
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      for (const { schema, example } of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
        if (!schema || example === undefined) continue;
        const text = JSON.stringify(schema).replaceAll('"#/components', '"https://atelier/#/components');
        checked += 1;
        const validate = ajv.compile(JSON.parse(text) as object);
        if (!validate(example)) wrong.push([name, validate.errors]);
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(30);
  });

  it('says that whoever has an account may find it closed, but can always see what becomes of its deletion', () => {
    const closed = (operation: Operation): boolean => '409' in operation.responses;
    const guarded = operations().filter(({ operation }) => operation.security.length > 0);
    expect(guarded.filter(({ operation }) => !closed(operation)).map(({ name }) => name)).toEqual([
      'GET /api/v1/me/deletion',
    ]);
  });

  it('gives every endpoint that changes something an example of its body', () => {
    const without = operations().filter(({ operation }) => {
      const media = operation.requestBody?.content['application/json'];
      return media && media.example === undefined;
    });
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe('the pages', () => {
  it.each([
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/docs.js', 'text/javascript; charset=utf-8'],
    ['/docs/style.css', 'text/css; charset=utf-8'],
    ['/', 'text/html; charset=utf-8'],
    ['/assets/app.js', 'application/javascript; charset=utf-8'],
  ])('%s is public and comes as %s', async (path, type) => {
    const answer = await gateway.request(path, { as: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('load nothing from elsewhere and run no inline script', async () => {
    const html = await (await gateway.request('/docs', { as: null })).text();
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    expect(html).not.toMatch(/ style=| on\w+=/);
  });

  it('exist for every code of the gateway, and say what to do', async () => {
    for (const code of Object.keys(gatewayErrors.definitions)) {
      const answer = await gateway.request(`/docs/errors/${code}`, { as: null });
      expect([code, answer.status]).toEqual([code, 200]);
      expect(await answer.text()).toContain('What to do');
    }
  });

  it('come from the folder where it has one, as text and never as markup', async () => {
    const html = await (await gateway.request('/docs/errors/FROM_FOLDER', { as: null })).text();
    expect(html).toContain('<h1>&lt;b&gt;Title&lt;/b&gt;</h1>');
    expect(html).toContain('<code>X</code>');
  });

  it.each(['NOT_A_CODE', '..%2F..%2Fpackage', '%2e%2e/secret', 'lower'])('are 404 for %s', async (code) => {
    expect((await gateway.request(`/docs/errors/${code}`, { as: null })).status).toBe(404);
  });

  it('of the application never hide what does not exist', async () => {
    expect((await gateway.request('/nothing.html', { as: null })).status).toBe(404);
    expect((await gateway.request('/', { method: 'POST', as: null })).status).toBe(405);
  });

  const asPage = { as: null, headers: { accept: 'text/html,application/xhtml+xml' } };
  it('of the application answer at every address that a browser opens as a page', async () => {
    const answer = await gateway.request('/gallery/0199', asPage);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<title>Atelier</title>');
    expect((await gateway.request('/gallery/0199', { as: null })).status).toBe(404);
  });

  it.each(['/api/v1/nothing', '/files/nothing', '/assets/nothing', '/docs/nothing', '/health/nothing', '/style.css'])(
    'of the application never stand at %s',
    async (path) => {
      const answer = await gateway.request(path, asPage);
      expect([400, 401, 403, 404]).toContain(answer.status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it('still say which methods an address of the API takes', async () => {
    const answer = await gateway.request('/api/v1/enhanced/process', asPage);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('are asked for again, and files that are named by what they hold are not', async () => {
    const page = await gateway.request('/', { as: null });
    const script = await gateway.request('/assets/app.js', { as: null });
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });
});

describe('metrics', () => {
  it('are for administrators and for this machine, not for what a proxy passes on', async () => {
    const local = await gateway.request('/metrics', { as: null });
    expect(local.status).toBe(200);
    expect(await local.text()).toContain('atelier_http_duration_seconds');
    const proxied = { 'x-forwarded-for': '203.0.113.9' };
    expect((await gateway.request('/metrics', { as: null, headers: proxied })).status).toBe(401);
    expect((await gateway.request('/metrics', { as: await gateway.keyFor('sarah'), headers: proxied })).status).toBe(
      403,
    );
    expect((await gateway.request('/metrics', { headers: proxied })).status).toBe(200);
  });
});

const promised = [
  'POST /api/v1/enhanced/process',
  'POST /api/v1/enhanced/compare',
  'POST /api/v1/enhanced/batch',
  'POST /api/v1/enhanced/feedback',
  'GET /api/v1/enhanced/metrics',
  'GET /api/v1/enhanced/health',
  'POST /api/v1/generations',
  'GET /api/v1/generations',
  'GET /api/v1/generations/{id}',
  'POST /api/v1/generations/{id}/cancel',
  'POST /api/v1/generations/{id}/retry',
  'POST /api/v1/generations/{id}/refine',
  'DELETE /api/v1/generations/{id}',
  'GET /api/v1/generations/{id}/events',
  'GET /api/v1/generations/ws',
  'POST /api/generate/text-to-image',
  'POST /api/generate/text-to-video',
  'POST /api/generate/image-to-video',
  'POST /api/v1/uploads',
  'GET /files/{key}',
  'GET /api/v1/models',
  'GET /api/v1/models/{owner}/{name}',
  'GET /api/v1/providers',
  'POST /api/v1/estimate',
  'GET /api/monitoring/health',
  'GET /api/monitoring/stats/system',
  'GET /api/monitoring/stats/usage',
  'GET /api/monitoring/stats/endpoints',
  'POST /api/monitoring/track/job',
  'POST /api/monitoring/track/endpoint',
  'GET /health',
  'GET /health/detailed',
  'GET /health/cache',
  'GET /health/ready',
  'GET /health/live',
  'GET /metrics',
  'GET /api/presets',
  'GET /api/presets/{id}',
  'POST /api/presets',
  'PUT /api/presets/{id}',
  'DELETE /api/presets/{id}',
  'POST /api/presets/apply/{id}',
  'GET /api/suggestions/autocomplete',
  'GET /api/suggestions/categories',
  'GET /api/suggestions/by-category/{name}',
  'GET /api/v1/references',
  'POST /api/v1/references',
  'GET /api/v1/sessions/{id}',
  'GET /api/v1/ai/job',
  'POST /api/v1/ai/job',
  'POST /api/v1/ai/preprocess',
  'GET /api/v1/ai/ws',
  'GET /api/v1/ai/job/{id}',
  'GET /api/v1/ai/job/{id}/status',
  'POST /api/v1/ai/job/{id}/cancel',
  'GET /api/v1/ai/job/{id}/stream',
  'GET /api/v1/health',
  'POST /api/v1/admin/keys',
  'GET /api/v1/admin/keys',
  'DELETE /api/v1/admin/keys/{id}',
];
