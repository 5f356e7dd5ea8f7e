import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAssetStorage } from '@atelier/asset-storage';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { loadConfig } from '@atelier/service-defaults';
import { openTestDatabase, testRuntime } from '@atelier/testing';
import { type Gateway, gatewayConfig, type GatewayStart, startGateway } from '../../src/index.js';
import { FakeServices } from './fake-services.js';

/** Administrator key of every test gateway. */
export const adminKey = 'test-admin-key-of-more-than-32-characters';

/** A running gateway over fake services, an empty database in memory and a folder that is thrown away. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly services: FakeServices;
  readonly published: UsageEvent[];
  readonly storage: FileAssetStorage;
  readonly dataDir: string;
  /** Calls the gateway; `as` is a key, absent for the administrator, null for nobody. */
  request(path: string, init?: TestRequest): Promise<Response>;
  /** Makes a key. */
  keyFor(owner: string, scopes?: readonly string[], more?: object): Promise<string>;
  close(): Promise<void>;
}

/** `json` is sent as the body. */
export interface TestRequest {
  readonly method?: string;
  readonly as?: string | null;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  readonly signal?: AbortSignal;
}

/** Starts one; `env` overrides settings, `start` everything else. */
export async function startTestGateway(
  options: {
    env?: Readonly<Record<string, string>>;
    start?: Partial<GatewayStart>;
    /** Prepares the fakes before the gateway starts. */
    fakes?: (services: FakeServices) => void;
  } = {},
): Promise<TestGateway> {
  const services = new FakeServices();
  options.fakes?.(services);
  await services.start();
  const dataDir = await mkdtemp(join(tmpdir(), 'atelier-gateway-'));
  const { runtime, published } = testRuntime('gateway');
  const database = options.start?.database ?? (await openTestDatabase()).database;
  const storage = new FileAssetStorage(join(dataDir, 'files'));
  const urls = ['CLASSIFIER', 'MODEL_SELECTOR', 'GENERATION', 'PLAYGROUND_PROCESSOR', 'PRESETS', 'ANALYTICS'];
  const config = loadConfig(gatewayConfig, {
    ...Object.fromEntries(urls.map((name) => [`${name}_URL`, services.address])),
    PORT: '0',
    // A busy machine must not fail a test.
    MAX_EVENT_LOOP_DELAY_MS: '0',
    DATA_DIR: dataDir,
    ADMIN_API_KEY: adminKey,
    // Fakes answer anew in each test.
    STATS_CACHE_TTL: '0',
    RATE_LIMIT_REQUESTS_PER_MINUTE: '100000',
    RATE_LIMIT_REQUESTS_PER_HOUR: '1000000',
    ...options.env,
  });
  const cleanUp = async (): Promise<void> => {
    services.stop();
    if (!options.start?.database) await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  const gateway = await startGateway({ config, runtime, database, storage, ...options.start }).catch(async (error) => {
    await cleanUp();
    throw error;
  });

  const request = (path: string, init: TestRequest = {}): Promise<Response> => {
    const { method, as = adminKey, json, headers = {}, body, signal } = init;
    const payload = json === undefined ? body : JSON.stringify(json);
    return fetch(`${gateway.url}${path}`, {
      method: method ?? (payload === undefined ? 'GET' : 'POST'),
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
      ...(signal ? { signal } : {}),
      redirect: 'manual',
    });
  };
  return {
    gateway,
    url: gateway.url,
    services,
    published,
    storage,
    dataDir,
    request,
    keyFor: async (owner, scopes = ['read', 'generate'], more = {}) => {
      const answer = await request('/api/v1/admin/keys', { json: { owner, scopes, ...more } });
      const { key } = (await answer.json()) as { key: string };
      return key;
    },
    close: async () => {
      await gateway.close(500);
      await cleanUp();
    },
  };
}
