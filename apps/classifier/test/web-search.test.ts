import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ClassifierServiceService, WebSearchOutcome } from '@atelier/contracts/classifier/v1';
import { LedgerServiceService } from '@atelier/contracts/generation/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, socketAddress, testRuntime } from '@atelier/testing';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { classifierConfig, startClassifier } from '../src/index.js';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const {
  WEB_SEARCH_OUTCOME_SEARCHED,
  WEB_SEARCH_OUTCOME_FAILED,
  WEB_SEARCH_OUTCOME_OFF,
  WEB_SEARCH_OUTCOME_OVER_BUDGET,
} = WebSearchOutcome;

/** The provider sandbox as the process that people start, everything immediate. */
async function startSandbox(): Promise<{ url: string; process: ChildProcess }> {
  const sources = ['--conditions=@atelier/source', '--experimental-transform-types', '--import'];
  const main = [...sources, file('../../../tools/typescript-sources.mjs'), file('../../provider-sandbox/src/main.ts')];
  const process = spawn(globalThis.process.execPath, ['--disable-warning=ExperimentalWarning', ...main], {
    env: { SANDBOX_PORT: '0', SANDBOX_TIME_SCALE: '0', SANDBOX_CONTROL: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: process.stdout })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url) return { url, process };
  }
  throw new Error('the sandbox did not start');
}

type Entry = { readonly entry: string; readonly request: Record<string, unknown> };

/** A ledger that notes its entries. */
async function startLedger(entries: Entry[], budgetLeft: () => boolean): Promise<{ address: string; stop(): void }> {
  type Answer = (error: object | null, value?: object) => void;
  const note = (entry: string, value: object) => (call: { request: Record<string, unknown> }, answer: Answer) => {
    if (entry === 'reserve' && !budgetLeft()) return answer({ code: 8, details: 'spent' });
    entries.push({ entry, request: call.request });
    answer(null, value);
  };
  const server = new GrpcServer();
  const { reserveBudget, settleReservation, releaseReservation } = LedgerServiceService;
  server.addService({ reserveBudget, settleReservation, releaseReservation }, {
    reserveBudget: note('reserve', { reservationId: 'r' }),
    settleReservation: note('settle', {}),
    releaseReservation: note('release', {}),
  } as never);
  const address = socketAddress('ledger');
  await new Promise<void>((resolve) => server.bindAsync(address, ServerCredentials.createInsecure(), () => resolve()));
  return { address, stop: () => server.forceShutdown() };
}

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let ledger: Awaited<ReturnType<typeof startLedger>>;
let budgetLeft = true;
const entries: Entry[] = [];
const running: { service: RunningService; client: GrpcClient<ClassifierServiceService> }[] = [];
const sarah = { context: callAs('sarah') };

beforeAll(async () => {
  sandbox = await startSandbox();
  ledger = await startLedger(entries, () => budgetLeft);
}, 30_000);
beforeEach(() => {
  budgetLeft = true;
  entries.length = 0;
});
afterEach(stop);
afterAll(async () => {
  ledger.stop();
  sandbox.process.kill();
  await once(sandbox.process, 'exit');
});

async function stop(): Promise<void> {
  for (const { client, service } of running.splice(0)) {
    client.close();
    await service.close(100);
  }
}
async function start(env: Record<string, string> = {}): Promise<GrpcClient<ClassifierServiceService>> {
  const config = loadConfig(classifierConfig, {
    GENERATION_URL: ledger.address,
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: `${sandbox.url}/openai/v1`,
    ...env,
  });
  const { runtime } = testRuntime('classifier');
  const service = await startClassifier({ config, runtime, address: socketAddress() });
  const client = createGrpcClient(ClassifierServiceService, { target: service.address });
  running.push({ client, service });
  return client;
}
const control = (path: string, method: string, body?: object) =>
  fetch(`${sandbox.url}/sandbox/control/${path}`, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });

describe('a web search at the provider sandbox', () => {
  it('tells the pages that were found with their pictures, and drops the address that the model invented', async () => {
    const client = await start();
    const { results, outcome, cacheHit } = await client.searchWeb(
      { query: 'zendaya met gala 2024 outfit', bypassCache: false },
      sarah,
    );
    expect({ outcome, cacheHit }).toEqual({ outcome: WEB_SEARCH_OUTCOME_SEARCHED, cacheHit: false });
    expect(results).toHaveLength(3);
    for (const result of results) {
      expect(result.url).toMatch(/^https:\/\/sandbox\.example\/search\/\w+\/\d$/);
      expect(result.imageUrl).toBe(`${result.url}.jpg`);
      expect(result.title).toContain('zendaya met gala 2024 outfit');
    }
    // What was bought is booked before the service is gone.
    await stop();
    expect(entries.map(({ entry }) => entry)).toEqual(['reserve', 'settle']);
    const { amountMicros, ...settled } = entries[1]?.request ?? {};
    expect(settled).toMatchObject({ provider: 'openai', modelId: 'gpt-6-luna', inputTokens: expect.any(Number) });
    expect(amountMicros).toBeGreaterThan(10_000);
  });

  it('is bought once for all who ask for the same, at the same time and afterwards', async () => {
    const client = await start();
    const ask = (query: string) => client.searchWeb({ query, bypassCache: false }, sarah);
    const answers = await Promise.all([ask('Zendaya met gala'), ask('zendaya  met gala'), ask('ZENDAYA MET GALA')]);
    const again = await ask('zendaya met gala');
    expect(again.cacheHit).toBe(true);
    for (const { results } of answers) expect(results).toEqual(again.results);
    expect(entries.filter(({ entry }) => entry === 'reserve')).toHaveLength(1);
    await client.searchWeb({ query: 'zendaya met gala', bypassCache: true }, sarah);
    expect(entries.filter(({ entry }) => entry === 'reserve')).toHaveLength(2);
  });

  it('is an answer without results when the provider fails, and while the failure is remembered', async () => {
    const client = await start();
    await control('faults', 'PUT', [{ match: { path: '/responses' }, fault: { kind: 'fail' } }]);
    const ask = () => client.searchWeb({ query: 'a gown', bypassCache: false }, sarah);
    expect(await ask()).toMatchObject({ outcome: WEB_SEARCH_OUTCOME_FAILED, results: [], cacheHit: false });
    await control('faults', 'PUT', []);
    expect(await ask()).toMatchObject({ outcome: WEB_SEARCH_OUTCOME_FAILED, cacheHit: true });
  });

  it('ends with its own time when the provider never answers', async () => {
    const client = await start({ WEB_SEARCH_TIMEOUT: '0.1' });
    await control('faults', 'PUT', [{ match: { path: '/responses' }, fault: { kind: 'never_finish' } }]);
    const answer = await client.searchWeb({ query: 'a gown', bypassCache: false }, sarah);
    expect(answer).toMatchObject({ outcome: WEB_SEARCH_OUTCOME_FAILED, results: [] });
    await control('faults', 'PUT', []);
  });

  it('buys nothing over the budget', async () => {
    const client = await start();
    budgetLeft = false;
    const answer = await client.searchWeb({ query: 'a gown', bypassCache: false }, sarah);
    expect(answer).toMatchObject({ outcome: WEB_SEARCH_OUTCOME_OVER_BUDGET, results: [] });
    expect(entries).toEqual([]);
  });

  it.each([
    ['without a key', { OPENAI_API_KEY: '' }],
    ['when it is switched off', { WEB_SEARCH_ENABLED: 'false' }],
  ])('is off %s', async (_, env) => {
    const client = await start(env);
    const answer = await client.searchWeb({ query: 'a gown', bypassCache: false }, sarah);
    expect(answer).toMatchObject({ outcome: WEB_SEARCH_OUTCOME_OFF, results: [] });
  });

  it.each([
    ['nothing', '  '],
    ['more than 300 characters', 'x'.repeat(301)],
  ])('refuses a query of %s', async (_, query) => {
    const client = await start();
    await expect(client.searchWeb({ query, bypassCache: false }, sarah)).rejects.toMatchObject({
      reason: 'SEARCH_QUERY_INVALID',
    });
  });
});
