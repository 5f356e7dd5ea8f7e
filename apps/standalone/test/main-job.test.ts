import sharp from 'sharp';
import { generationEvents, type StandaloneProcess, startStandaloneProcess } from './standalone-process.js';

interface Generation {
  id: string;
  status: string;
  progress: number;
  outputs: {
    url: string;
    content_type: string;
    width: number;
    height: number;
    bytes: number;
    sha256: string;
    duration_s?: number;
  }[];
  cost: { estimated: number; actual: number | null };
  attempts: unknown[];
  error?: { code: string };
  steps?: { generation_id: string; cost: { actual: number | null } }[];
}

interface TwoStepPlan {
  generation_id: string;
  estimated_cost: number;
  steps: { workflow_type: string; model_selection: { model_id: string; estimated_cost: number } }[];
}

let atelier: StandaloneProcess;
beforeAll(async () => {
  atelier = await startStandaloneProcess();
});
afterAll(async () => {
  await atelier.stop();
});

const json = async <Body>(response: Response): Promise<Body> => (await response.json()) as Body;

async function generate(body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Generation> {
  const response = await atelier.request('POST', '/api/v1/generations', body, headers);
  const accepted = await json<Generation>(response);
  // The body with it: a refusal says why.
  expect(response.status === 202 || { status: response.status, body: accepted, log: atelier.output() }).toBe(true);
  expect(response.headers.get('location')).toContain(accepted.id);
  return accepted;
}

async function finished(id: string): Promise<Generation> {
  await generationEvents(atelier, id);
  return json<Generation>(await atelier.request('GET', `/api/v1/generations/${id}`));
}

/** Uploads a picture of one colour; answers its link. */
async function upload(background: string): Promise<string> {
  const form = new FormData();
  const source = await sharp({ create: { width: 320, height: 240, channels: 3, background } })
    .png()
    .toBuffer();
  form.append('file', new Blob([new Uint8Array(source)], { type: 'image/png' }), 'photo.png');
  const uploaded = await fetch(`${atelier.url}/api/v1/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${atelier.key}` },
    body: form,
  });
  expect(uploaded.status).toBe(201);
  return (await json<{ url: string }>(uploaded)).url;
}

async function bytesOf(url: string): Promise<Buffer> {
  // Signed links need no key.
  const response = await fetch(new URL(url, atelier.url));
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

it('plans a prompt through every service', async () => {
  const plan = await json<Record<string, unknown>>(
    await atelier.request('POST', '/api/v1/enhanced/process', {
      prompt: 'a lighthouse at dusk, painted in watercolour, very detailed',
    }),
  );
  expect(plan).toMatchObject({
    success: true,
    workflow_type: 'image_generation',
    model_selection: {
      model_id: 'black-forest-labs/flux-1.1-pro',
      provider: 'replicate',
      fallback_models: ['black-forest-labs/flux-schnell', 'black-forest-labs/flux-1.1-pro-ultra'],
    },
    estimated_cost: 0.04,
    fallback_used: false,
  });
});

it('turns a prompt into a stored, priced and counted picture', async () => {
  const before = await json<Record<string, number>>(await atelier.request('GET', '/api/monitoring/stats/usage'));
  const accepted = await generate({ prompt: 'a red boat on a calm lake' });
  const events = await generationEvents(atelier, accepted.id);
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['queued', 'progress', 'output', 'succeeded']),
  );
  expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, index) => index + 1));

  const done = await finished(accepted.id);
  expect(done).toMatchObject({ status: 'succeeded', progress: 100, cost: { estimated: 0.04, actual: 0.04 } });
  const [output] = done.outputs;
  const picture = await bytesOf(output?.url ?? '');
  expect(picture.length).toBe(output?.bytes);
  expect(await sharp(picture).metadata()).toMatchObject({ width: output?.width, height: output?.height });

  const after = await json<Record<string, number>>(
    await eventually(
      () => atelier.request('GET', '/api/monitoring/stats/usage'),
      async (response) =>
        (await json<Record<string, number>>(response))['total_images_generated'] !== before['total_images_generated'],
    ),
  );
  expect(after['total_images_generated']).toBe((before['total_images_generated'] ?? 0) + 1);
  expect(after['total_cost']).toBeCloseTo((before['total_cost'] ?? 0) + 0.04, 6);
});

it('turns a prompt into a video that says how long it is', async () => {
  const done = await finished((await generate({ prompt: 'a short video of waves rolling onto a beach' })).id);
  expect(done.status).toBe('succeeded');
  expect(done.outputs[0]?.content_type).toMatch(/^video\//);
  expect(done.outputs[0]?.duration_s).toBeGreaterThan(0);
});

it('edits an uploaded image', async () => {
  const url = await upload('#336699');
  const done = await finished(
    (
      await generate({
        prompt: 'make the sky in this photo purple',
        workflow_type: 'image_editing',
        input_images: [url],
      })
    ).id,
  );
  expect(done).toMatchObject({ status: 'succeeded' });
});

it('edits, then animates', async () => {
  const [person, dress] = await Promise.all([upload('#aa8866'), upload('#cc2244')]);
  const reference = { tag: 'sarah', name: 'Sarah', image_url: person };
  expect((await atelier.request('POST', '/api/v1/references', reference)).status).toBe(201);
  const prompt = 'put @sarah in this dress and make her wave';
  const plan = await json<TwoStepPlan>(
    await atelier.request('POST', '/api/v1/enhanced/process', { prompt, uploaded_images: [dress], generate: true }),
  );
  expect(plan).toMatchObject({ workflow_type: 'image_to_video', metadata: { missing_inputs: [], warnings: [] } });
  expect(plan.steps.map((step) => step.workflow_type)).toEqual(['reference_styling', 'image_to_video']);
  const costs = plan.steps.map((step) => step.model_selection.estimated_cost);
  expect(plan.estimated_cost).toBeCloseTo((costs[0] ?? 0) + (costs[1] ?? 0), 6);

  const events = await generationEvents(atelier, plan.generation_id);
  expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, index) => index + 1));
  const video = await finished(plan.generation_id);
  expect(video).toMatchObject({ status: 'succeeded', model_id: plan.steps[1]?.model_selection.model_id });
  expect(video.outputs[0]?.content_type).toMatch(/^video\//);
  const [first, last] = video.steps ?? [];
  expect(last?.generation_id).toBe(video.id);
  const picture = await finished(first?.generation_id ?? '');
  expect(picture).toMatchObject({ status: 'succeeded', next_id: video.id, workflow_type: 'reference_styling' });
  expect(picture.outputs[0]?.content_type).toMatch(/^image\//);
  expect([picture.cost.actual, video.cost.actual]).toEqual([first?.cost.actual, last?.cost.actual]);

  const again = await atelier.request('POST', `/api/v1/generations/${video.id}/retry`);
  const repeated = await finished((await json<Generation>(again)).id);
  expect(repeated).toMatchObject({ status: 'succeeded', parent_id: video.id });
  expect(repeated.steps?.[0]?.generation_id).toBe(picture.id);
});

it('runs a plan as planned', async () => {
  const plan = await json<{ request_id: string; model_selection: { model_id: string } }>(
    await atelier.request('POST', '/api/v1/enhanced/process', {
      prompt: 'a paper boat in the rain',
      user_preferences: { quality: 'speed' },
    }),
  );
  const done = await finished((await generate({ prompt: 'a paper boat in the rain', request_id: plan.request_id })).id);
  expect(done).toMatchObject({ status: 'succeeded', model_id: plan.model_selection.model_id });
});

it('answers the same generation for the same idempotency key, also when sent at once, and refuses another body', async () => {
  const headers = { 'idempotency-key': 'only-once' };
  const body = { prompt: 'a single swan' };
  const answers = await Promise.all(Array.from({ length: 5 }, () => generate(body, headers)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  const other = await atelier.request('POST', '/api/v1/generations', { prompt: 'two swans' }, headers);
  expect(other.status).toBe(409);
});

it('works on the last result of a session', async () => {
  const session_id = 'journey-session';
  const { id } = await generate({ prompt: 'a wooden bridge over a river', session_id });
  const done = await finished(id);
  const session = await eventually(
    () => atelier.request('GET', `/api/v1/sessions/${session_id}`),
    async (response) => response.status === 200,
  );
  expect(await json(session)).toMatchObject({ id: session_id, last_generation_id: id });
  const plan = await json<Record<string, unknown>>(
    await atelier.request('POST', '/api/v1/enhanced/process', { prompt: 'make the bridge blue', session_id }),
  );
  expect(plan).toMatchObject({ workflow_type: 'image_editing', metadata: { missing_inputs: [] } });
  const refined = await atelier.request('POST', `/api/v1/generations/${id}/refine`, { prompt: 'make the sky purple' });
  expect(refined.status).toBe(202);
  const second = await finished((await json<Generation>(refined)).id);
  expect(second).toMatchObject({ status: 'succeeded', parent_id: id, session_id });
  expect(second.outputs[0]?.sha256).not.toBe(done.outputs[0]?.sha256);
});

it('resumes the events of a generation without a gap or a repeat', async () => {
  const { id } = await generate({ prompt: 'a quiet harbour' });
  const all = await generationEvents(atelier, id);
  const rest = await generationEvents(atelier, id, { 'last-event-id': all[1]?.id ?? '' });
  expect(rest.map((event) => event.id)).toEqual(all.slice(2).map((event) => event.id));
});

it('cancels, and what is cancelled costs nothing', async () => {
  const { id } = await generate({ prompt: 'a video of a slow sunrise over the sea' });
  expect((await atelier.request('POST', `/api/v1/generations/${id}/cancel`)).status).toBe(200);
  const done = await finished(id);
  expect(done.status).toBe('cancelled');
  expect(done.cost.actual ?? 0).toBe(0);
});

it('keeps generations, files and statistics over a restart', async () => {
  const { id } = await generate({ prompt: 'a fox in the snow' });
  const before = await finished(id);
  const stats = async (): Promise<unknown> => json(await atelier.request('GET', '/api/monitoring/stats/system'));
  await eventually(stats, async (value) => (value as { jobs_pending: number }).jobs_pending === 0);
  const counted = (await stats()) as Record<string, number>;
  const { key, dataDir } = atelier;
  await atelier.stop();
  atelier = { ...(await startStandaloneProcess({ dataDir })), key };
  const reopened = atelier;
  atelier = {
    ...reopened,
    request: (method, path, body, headers) =>
      reopened.request(method, path, body, { authorization: `Bearer ${key}`, ...headers }),
  };
  const after = await json<Generation>(await atelier.request('GET', `/api/v1/generations/${id}`));
  expect(after.outputs[0]?.sha256).toBe(before.outputs[0]?.sha256);
  await bytesOf(after.outputs[0]?.url ?? '');
  expect(await stats()).toMatchObject({ total_jobs: counted['total_jobs'], jobs_completed: counted['jobs_completed'] });
});

/** Asks until the answer is as wanted; statistics follow events, which leave in the background. */
async function eventually<Answer>(
  ask: () => Promise<Answer>,
  isWanted: (answer: Answer) => Promise<boolean>,
): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ask();
    const copy = answer instanceof Response ? (answer.clone() as Answer) : answer;
    if ((await isWanted(copy)) || attempt >= 2_000) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
