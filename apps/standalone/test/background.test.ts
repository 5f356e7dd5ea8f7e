import { type ProviderSandbox, startProviderSandbox } from '@atelier/provider-sandbox';
import sharp from 'sharp';
import { type StandaloneProcess, startStandaloneProcess } from './standalone-process.js';

interface ImageJob {
  status: string;
  result_image_urls: string[];
  metadata: Record<string, unknown>[];
  errors: { index: number; message: string }[];
}

const adminKey = 'an-administrator-key-for-new-backgrounds';
const flux = 'black-forest-labs/flux-kontext-pro';
const gemini = 'gemini-2.5-flash-image-preview';

/** Providers of our own, so that what they were asked outlives the process. */
const envOf = (sandbox: ProviderSandbox, more: Record<string, string> = {}): Record<string, string> => ({
  ADMIN_API_KEY: adminKey,
  AI_API_KEY: 'key',
  AI_API_BASE: sandbox.geminiBaseUrl,
  OPENAI_API_KEY: 'key',
  OPENAI_BASE_URL: sandbox.openaiBaseUrl,
  REPLICATE_API_TOKEN: 'token',
  REPLICATE_BASE_URL: sandbox.replicateBaseUrl,
  CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1000',
  ...more,
});

/** An image of a killed process is taken up when its heart has not beaten for a while. */
const takesOverMs = 300_000;

const json = async <Body>(response: Response): Promise<Body> => (await response.json()) as Body;

async function picture(background = '#c03030'): Promise<string> {
  const bytes = await sharp({ create: { width: 240, height: 320, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return `data:image/jpeg;base64,${bytes.toString('base64')}`;
}

async function send(atelier: StandaloneProcess, job_id: string, config: object = {}, images = 1): Promise<void> {
  const source_image_urls = await Promise.all(Array.from({ length: images }, (_, index) => picture(`#c0303${index}`)));
  const body = {
    job_id,
    type: 'background_replacement',
    config: { backgroundPrompt: 'a sunny beach', ...config },
    source_image_urls,
  };
  const response = await atelier.request('POST', '/api/v1/ai/job', body);
  expect(response.ok || { status: response.status, text: await response.text(), log: atelier.output() }).toBe(true);
}

/** Follows the job to its end and reads its result. */
async function ended(atelier: StandaloneProcess, jobId: string): Promise<ImageJob> {
  await (await atelier.request('GET', `/api/v1/ai/job/${jobId}/stream`)).text();
  return json<ImageJob>(await atelier.request('GET', `/api/v1/ai/job/${jobId}`));
}

async function misbehave(sandbox: ProviderSandbox, rules: object[]): Promise<void> {
  const answer = await fetch(`${sandbox.url}/sandbox/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  expect(answer.status).toBe(200);
}

/** These providers refuse everything before they take it. */
const away = (...providers: string[]): object[] =>
  providers.map((provider) => ({ match: { provider }, times: 100, fault: { kind: 'error_before_creation' } }));

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('replaces backgrounds', () => {
  let sandbox: ProviderSandbox;
  let atelier: StandaloneProcess;
  const modelsSince = (count: number): string[] => sandbox.creations.slice(count).map(({ model }) => model);

  beforeAll(async () => {
    sandbox = await startProviderSandbox({ timeScale: 0.02, control: true });
    atelier = await startStandaloneProcess({ env: envOf(sandbox) });
  });
  afterAll(async () => {
    await atelier.stop();
    await sandbox.close();
  });
  afterEach(() => misbehave(sandbox, []));

  it('by the Gemini-style model, counted once and in nobody’s list of generations', async () => {
    const stats = async () => ({
      ...(await json<Record<string, number>>(await atelier.request('GET', '/api/monitoring/stats/system'))),
      ...(await json<Record<string, number>>(await atelier.request('GET', '/api/monitoring/stats/usage'))),
    });
    const health = await json<{ capabilities: object[] }>(await atelier.request('GET', '/api/v1/health'));
    expect(health.capabilities).toContainEqual({ type: 'background_replacement', enabled: true, reason: null });

    await send(atelier, 'beach', { quality: 'high', seed: 11, fitTarget: true });
    const job = await ended(atelier, 'beach');
    expect(job).toMatchObject({ status: 'completed', errors: [] });
    expect(job.metadata).toMatchObject([
      { original_width: 240, result_width: 1_500, result_height: 2_000, provider: 'gemini', seed: 11, cost: 0.039 },
    ]);
    const result = await fetch(new URL(job.result_image_urls[0] ?? '', atelier.url));
    expect(await sharp(await result.arrayBuffer()).metadata()).toMatchObject({ format: 'png', width: 1_500 });
    expect(modelsSince(0)).toEqual([gemini]);

    const { items } = await json<{ items: object[] }>(await atelier.request('GET', '/api/v1/generations'));
    expect(items).toEqual([]);
    await until(async () => (await stats())['jobs_completed'] === 1 && ((await stats())['total_cost'] ?? 0) > 0);
    expect(await stats()).toMatchObject({
      total_jobs: 1,
      jobs_pending: 0,
      total_images_generated: 1,
      total_cost: 0.039,
    });
  });

  it('by another provider when the first ones are away', async () => {
    await misbehave(sandbox, away('gemini'));
    const before = sandbox.creations.length;
    await send(atelier, 'openai');
    expect((await ended(atelier, 'openai')).metadata).toMatchObject([{ provider: 'openai' }]);
    await misbehave(sandbox, away('gemini', 'openai'));
    await send(atelier, 'replicate');
    expect((await ended(atelier, 'replicate')).metadata).toMatchObject([{ provider: 'replicate', model_id: flux }]);
    expect(modelsSince(before)).toEqual(['gpt-image-2.5-flare', flux]);
  });

  it('not when the provider refuses the content, and says so', async () => {
    await misbehave(sandbox, [{ match: { provider: 'gemini' }, fault: { kind: 'policy_refusal' } }]);
    const before = sandbox.creations.length;
    await send(atelier, 'refused');
    const job = await ended(atelier, 'refused');
    expect(job).toMatchObject({ status: 'failed', result_image_urls: [] });
    expect(job.errors[0]?.message).toContain('content policy');
    expect(modelsSince(before)).toEqual([gemini]);
  });

  it('not again when nobody knows whether it was bought', async () => {
    await misbehave(sandbox, [{ match: { provider: 'gemini' }, fault: { kind: 'reset_after_creation' } }]);
    const before = sandbox.creations.length;
    await send(atelier, 'unknown');
    const job = await ended(atelier, 'unknown');
    expect(job.errors[0]?.message).toContain('counts as spent');
    expect(modelsSince(before)).toEqual([gemini]);
  });

  it('not for a prompt with markup', async () => {
    const body = {
      job_id: 'markup',
      type: 'background_replacement',
      config: { backgroundPrompt: 'a beach <script>alert(1)</script>' },
      source_image_urls: [await picture()],
    };
    const response = await atelier.request('POST', '/api/v1/ai/job', body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'PROMPT_MARKUP_REFUSED',
      errors: [{ field: 'config.backgroundPrompt' }],
    });
    expect((await atelier.request('GET', '/api/v1/ai/job/markup/status')).status).toBe(404);
  });
});

it('replaces no more backgrounds than there is money for', async () => {
  const sandbox = await startProviderSandbox({ timeScale: 0.02, control: true });
  const atelier = await startStandaloneProcess({ env: envOf(sandbox, { COST_LIMIT_PER_HOUR: '0.05' }) });
  await send(atelier, 'money', {}, 3);
  const job = await ended(atelier, 'money');
  expect(job.metadata).toHaveLength(1);
  expect(job.errors).toHaveLength(2);
  expect(job.errors[0]?.message).toContain('budget');
  expect(sandbox.creations).toHaveLength(1);
  await atelier.stop();
  await sandbox.close();
});

describe('while a provider works', () => {
  let sandbox: ProviderSandbox;
  let atelier: StandaloneProcess;
  beforeEach(async () => {
    sandbox = await startProviderSandbox({ timeScale: 1, control: true });
    atelier = await startStandaloneProcess({ env: envOf(sandbox) });
  });
  afterEach(async () => {
    await atelier.stop();
    await sandbox.close();
  });
  const killAndStartAgain = async (): Promise<void> => {
    await atelier.stop('SIGKILL');
    atelier = await startStandaloneProcess({ dataDir: atelier.dataDir, env: envOf(sandbox) });
  };

  it(
    'a killed process goes on with what it bought, once',
    async () => {
      await misbehave(sandbox, away('gemini', 'openai'));
      await send(atelier, 'killed');
      await until(() => sandbox.creations.length > 0);
      await killAndStartAgain();
      expect(await ended(atelier, 'killed')).toMatchObject({ status: 'completed', errors: [] });
      expect(sandbox.creations.map(({ model }) => model)).toEqual([flux]);
    },
    takesOverMs,
  );

  it(
    'a killed process does not buy again what can’t be found again',
    async () => {
      await send(atelier, 'lost');
      await until(() => sandbox.creations.length > 0);
      await killAndStartAgain();
      const job = await ended(atelier, 'lost');
      expect(job.errors[0]?.message).toContain('counts as spent');
      expect(sandbox.creations.map(({ model }) => model)).toEqual([gemini]);
    },
    takesOverMs,
  );

  it('a cancelled job ends its work at the provider', async () => {
    await misbehave(sandbox, away('gemini', 'openai'));
    await send(atelier, 'cancelled');
    await until(() => sandbox.creations.length > 0);
    const [{ id } = { id: '' }] = sandbox.creations;
    expect((await atelier.request('POST', '/api/v1/ai/job/cancelled/cancel')).status).toBe(200);
    await until(async () => {
      const headers = { authorization: 'Bearer token' };
      const prediction = await fetch(`${sandbox.replicateBaseUrl}/predictions/${id}`, { headers });
      return (await json<{ status: string }>(prediction)).status === 'canceled';
    });
    expect(await ended(atelier, 'cancelled')).toMatchObject({ status: 'cancelled', result_image_urls: [] });
  });
});
