import type { ServiceFleet } from '@atelier/local-servers';
import { startFleet } from './fleet.js';

const server = process.env['TEST_DATABASE_URL'];
if (!server && process.env['CI'] === 'true')
  throw new Error('no PostgreSQL: with CI=true the services must run apart (TEST_DATABASE_URL)');
if (!server)
  process.stderr.write('NOT RUN: every service as its own process. Set TEST_DATABASE_URL=postgres://… to run it.\n');

const adminKey = 'an-administrator-key-for-services-apart';

(server ? describe : describe.skip)('every service as its own process, on PostgreSQL', () => {
  let fleet: ServiceFleet;

  beforeAll(async () => {
    fleet = await startFleet({ server: server ?? '', adminKey, env: { SANDBOX_TIME_SCALE: '0.05' } });
  });
  afterAll(async () => {
    await fleet.stop();
  });

  const request = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(fleet.gatewayUrl + path, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  it('plans and generates through all of them', async () => {
    const plan = (await (
      await request('POST', '/api/v1/enhanced/process', { prompt: 'a lighthouse at dusk' })
    ).json()) as object;
    expect(plan).toMatchObject({ workflow_type: 'image_generation', fallback_used: false });
    const accepted = await request('POST', '/api/v1/generations', { prompt: 'a lighthouse at dusk' });
    expect(accepted.status).toBe(202);
    const { id } = (await accepted.json()) as { id: string };
    expect(await (await request('GET', `/api/v1/generations/${id}/events`)).text()).toContain('event: succeeded');
    const done = (await (await request('GET', `/api/v1/generations/${id}`)).json()) as { outputs: { url: string }[] };
    expect(done).toMatchObject({ status: 'succeeded', cost: { actual: 0.04 } });
    expect((await fetch(new URL(done.outputs[0]?.url ?? '', fleet.gatewayUrl))).status).toBe(200);
  });

  it('answers a plan while the classifier is away, and says so', async () => {
    await fleet.kill('classifier', 'SIGTERM');
    const plan = await (await request('POST', '/api/v1/enhanced/process', { prompt: 'a harbour at night' })).json();
    expect(plan).toMatchObject({
      fallback_used: true,
      workflow_type: 'image_generation',
      intent_confidence: 0.5,
      estimated_cost: 0.04,
      model_selection: { model_id: 'black-forest-labs/flux-1.1-pro' },
    });
    await fleet.up('classifier');
  });

  it('ends each of them with code 0', async () => {
    expect(new Set(await fleet.stop())).toEqual(new Set([0]));
  });
});
