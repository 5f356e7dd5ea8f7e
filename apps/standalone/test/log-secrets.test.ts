import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgres } from '@atelier/persistence';
import { createLogger } from '@atelier/service-defaults';
import { jest } from '@jest/globals';
import { type Standalone, startStandalone } from '../src/index.js';

/** What no line may hold. Each is sent or configured, and met by something that fails and quotes it. */
const secrets = {
  adminKey: 'planted-admin-key-0123456789-0123456789',
  strangerKey: 'atl_live_planted_stranger_key_0123456789',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.cGxhbnRlZC1qd3Q.cGxhbnRlZC1zaWduYXR1cmU',
  jwtSecret: 'planted-jwt-secret-0123456789-0123456789',
  openai: 'sk-planted-openai-0123456789',
  replicate: 'r8_planted_replicate_0123456789',
  gemini: 'AIza-planted-gemini-0123456789',
  webhook: `whsec_${Buffer.from('planted-webhook-secret-0123456789').toString('base64')}`,
  redisPassword: 'planted-redis-password',
  kafkaPassword: 'planted-kafka-password',
  files: 'planted-files-secret-0123456789-0123456789',
  collector: 'planted-collector-token',
  password: 'planted-database-password',
  prompt: 'Zwartsluis',
};

const folder = mkdtempSync(join(tmpdir(), 'atelier-secrets-'));
const printed: string[] = [];
const received: string[] = [];
let providers: Server;
let collector: Server;
let atelier: Standalone;

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    }),
  );

beforeAll(async () => {
  const keep = (chunk: unknown): boolean => printed.push(String(chunk)) > 0;
  // Where stdout is not Node's own any more, the logger writes to it instead of to the descriptor.
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
  providers = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      // As providers do: the refusal quotes the key, and what was asked.
      const quoted = `Incorrect API key provided: ${JSON.stringify(request.headers)} for ${body}`;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ detail: quoted, title: quoted, error: { message: quoted, code: 'invalid_api_key' } }),
      );
    });
  });
  collector = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(chunk.toString('latin1')));
    request.on('end', () => response.writeHead(500).end());
  });
  const address = await listen(providers);
  atelier = await startStandalone(
    {
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'trace',
      USAGE_PROMPTS: 'hash',
      ADMIN_API_KEY: secrets.adminKey,
      JWT_SECRET: secrets.jwtSecret,
      FILES_SECRET: secrets.files,
      OPENAI_API_KEY: secrets.openai,
      OPENAI_BASE_URL: `${address}/openai/v1`,
      INTENT_LLM_SHARE: '1',
      REPLICATE_API_TOKEN: secrets.replicate,
      REPLICATE_BASE_URL: `${address}/replicate/v1`,
      REPLICATE_WEBHOOK_SECRET: secrets.webhook,
      AI_API_KEY: secrets.gemini,
      AI_API_BASE: `${address}/gemini/v1beta`,
      REDIS_URL: `redis://atelier:${secrets.redisPassword}@127.0.0.1:1/0`,
      KAFKA_BROKERS: '127.0.0.1:1',
      KAFKA_SASL_USERNAME: 'atelier',
      KAFKA_SASL_PASSWORD: secrets.kafkaPassword,
      OTEL_EXPORTER_OTLP_ENDPOINT: await listen(collector),
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${secrets.collector}`,
    },
    keep,
  );
  await use();
  await atelier.close();
}, 120_000);
afterAll(() => {
  jest.restoreAllMocks();
  providers.close();
  providers.closeAllConnections();
  collector.close();
  collector.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

async function send(path: string, headers: Record<string, string>, body?: object): Promise<string> {
  const answer = await fetch(atelier.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return answer.text();
}

async function use(): Promise<void> {
  const admin = { 'x-api-key': secrets.adminKey };
  const prompt = `a heron at ${secrets.prompt}`;
  await send('/api/v1/enhanced/process', admin, { prompt });
  for (const model of [undefined, 'black-forest-labs/flux-1.1-pro']) {
    const made = await send('/api/v1/generations', admin, { prompt, ...(model ? { model_id: model } : {}) });
    const { id } = JSON.parse(made) as { id?: string };
    if (id) await send(`/api/v1/generations/${id}/events`, admin);
  }
  await send('/api/v1/generations', { authorization: `Bearer ${secrets.jwt}` });
  await send('/api/v1/generations', { authorization: `Bearer ${secrets.strangerKey}` });
  await send(`/api/v1/generations?api_key=${secrets.strangerKey}`, { 'x-api-key': secrets.strangerKey });
  await send('/api/v1/enhanced/process', { authorization: `Bearer ${secrets.adminKey}` }, { prompt: { prompt } });
  await send('/api/suggestions/suggest', admin, { prompt });
}

function linesWith(secret: string): string[] {
  return printed.flatMap((chunk) => chunk.split('\n')).filter((line) => line.includes(secret));
}

it('hears the loggers of the services, and of what failed in them', () => {
  const services = new Set(
    printed.flatMap((chunk) => [...chunk.matchAll(/"service":"([\w-]+)"/g)].map(([, name]) => name)),
  );
  for (const name of ['gateway', 'classifier', 'generation', 'analytics', 'presets', 'model-selector'])
    expect([...services]).toContain(name);
  expect(printed.join('')).toMatch(/refused/);
});

it.each(Object.entries(secrets).filter(([name]) => name !== 'password'))('writes no line with the %s', (_, secret) => {
  expect(linesWith(secret)).toEqual([]);
});

it.each(Object.entries(secrets))('sends the collector nothing with the %s', (_, secret) => {
  expect(received.length).toBeGreaterThan(0);
  expect(received.filter((chunk) => chunk.includes(secret))).toEqual([]);
});

it('says of a database that does not answer nothing of its password', async () => {
  const lines: string[] = [];
  const logger = createLogger(
    { service: 'test', version: '1', level: 'trace' },
    { write: (line: string) => void lines.push(line) },
  );
  const refused: unknown = await openPostgres(`postgres://me:${secrets.password}@127.0.0.1:1/x`).catch(
    (error: unknown) => error,
  );
  logger.error({ err: refused, cause: (refused as Error).cause }, 'no database');
  expect(lines.join('')).toContain('PostgreSQL does not answer');
  expect(lines.join('')).not.toContain(secrets.password);
});
