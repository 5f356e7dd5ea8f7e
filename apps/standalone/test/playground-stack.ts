import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAssetStorage } from '@atelier/asset-storage';
import { type Gateway, gatewayConfig, startGateway } from '@atelier/gateway';
import { generationConfig, startGeneration } from '@atelier/generation';
import { openPglite } from '@atelier/persistence';
import {
  playgroundProcessorConfig,
  type PlaygroundProcessorStart,
  startPlaygroundProcessor,
} from '@atelier/playground-processor';
import { loadConfig } from '@atelier/service-defaults';
import { testRuntime } from '@atelier/testing';

const adminKey = 'an-administrator-key-for-bad-pictures';

/** Gateway, generation and playground-processor as they are, over one database, for what callers send them. */
export interface PlaygroundStack {
  readonly url: string;
  keyFor(owner: string, scopes?: readonly string[]): Promise<string>;
  request(path: string, key: string, json?: unknown, method?: string): Promise<Response>;
  /** Another gateway takes over: what the first one only remembered is gone. */
  replaceGateway(): Promise<void>;
  close(): Promise<void>;
}

/** Starts them; `fetching` says where pictures may come from. */
export async function startPlaygroundStack(fetching: PlaygroundProcessorStart['fetching']): Promise<PlaygroundStack> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atelier-bad-'));
  const address = (name: string): string => `unix:${join(dataDir, `${name}.sock`)}`;
  const env = {
    GENERATION_URL: address('generation'),
    PLAYGROUND_PROCESSOR_URL: address('playground'),
    DATA_DIR: dataDir,
    PORT: '0',
    ADMIN_API_KEY: adminKey,
    MAX_EVENT_LOOP_DELAY_MS: '0',
    RATE_LIMIT_REQUESTS_PER_MINUTE: '100000',
    RATE_LIMIT_REQUESTS_PER_HOUR: '100000',
    MAX_IMAGE_BYTES: '2000000',
  };
  const database = await openPglite('memory');
  const storage = new FileAssetStorage(join(dataDir, 'files'));
  const runtimeOf = (name: string) => testRuntime(name).runtime;
  const common = { database, storage };
  const generation = await startGeneration({
    ...common,
    config: loadConfig(generationConfig, env),
    runtime: runtimeOf('generation'),
    address: env.GENERATION_URL,
  });
  const playground = await startPlaygroundProcessor({
    ...common,
    config: loadConfig(playgroundProcessorConfig, env),
    runtime: runtimeOf('playground-processor'),
    address: env.PLAYGROUND_PROCESSOR_URL,
    fetching,
  });
  const start = (): Promise<Gateway> =>
    startGateway({ ...common, config: loadConfig(gatewayConfig, env), runtime: runtimeOf('gateway') });
  let gateway = await start();

  const request: PlaygroundStack['request'] = (path, key, json, method) =>
    fetch(gateway.url + path, {
      method: method ?? (json === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${key}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
  return {
    get url() {
      return gateway.url;
    },
    request,
    keyFor: async (owner, scopes = ['read', 'generate']) => {
      const answer = await request('/api/v1/admin/keys', adminKey, { owner, scopes });
      return ((await answer.json()) as { key: string }).key;
    },
    replaceGateway: async () => {
      await gateway.close(100);
      gateway = await start();
    },
    close: async () => {
      await gateway.close(100);
      await playground.close(100);
      await generation.close(100);
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
