import sharp from 'sharp';
import { generationEvents, type StandaloneProcess, startStandaloneProcess } from './standalone-process.js';

interface Plan {
  workflow_type: string;
  references: { tag: string; role: string }[];
  model_selection: { model_id: string };
  metadata: { rollout: string; missing_references: string[]; warnings: string[] };
}
interface Generation {
  id: string;
  status: string;
  workflow_type: string;
  outputs: { url: string }[];
  parent_id?: string;
  session_id?: string;
}
interface Session {
  working_image_url: string | null;
  last_generation_id: string | null;
  history: { generation_id: string; image_url: string }[];
}

let atelier: StandaloneProcess;
beforeAll(async () => {
  atelier = await startStandaloneProcess();
});
afterAll(() => atelier.stop());

async function send<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await atelier.request(method, path, body as Record<string, unknown>);
  const text = await answer.text();
  expect(answer.ok || { status: answer.status, text, log: atelier.output() }).toBe(true);
  return (text === '' ? undefined : JSON.parse(text)) as Body;
}
const plan = (prompt: string, more: object = {}) => send<Plan>('POST', '/api/v1/enhanced/process', { prompt, ...more });
async function generate(prompt: string, more: object = {}, path = '/api/v1/generations'): Promise<Generation> {
  const { id } = await send<Generation>('POST', path, { prompt, ...more });
  await generationEvents(atelier, id);
  const done = await send<Generation>('GET', `/api/v1/generations/${id}`);
  expect(done).toMatchObject({ status: 'succeeded' });
  return done;
}
/** The session once it has heard of a result. */
async function sessionAfter(id: string, generation: string): Promise<Session> {
  for (;;) {
    const answer = await atelier.request('GET', `/api/v1/sessions/${id}`);
    const session = (await answer.json()) as Session;
    if (answer.status === 200 && session.last_generation_id === generation) return session;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
/** Links to the same file are equal but for their signature. */
const fileOf = (url: string | null | undefined): string => /files\/([^?]+)/.exec(url ?? '')?.[1] ?? '';

async function upload(background: string): Promise<string> {
  const form = new FormData();
  const bytes = await sharp({ create: { width: 320, height: 240, channels: 3, background } })
    .png()
    .toBuffer();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'photo.png');
  const answer = await fetch(`${atelier.url}/api/v1/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${atelier.key}` },
    body: form,
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { upload_id: string }).upload_id;
}

it('edits the last output of a session, again and again, and steps back when asked to', async () => {
  const boat = await generate('a red boat on a calm lake', { session_id: 'desk' });
  const first = await sessionAfter('desk', boat.id);
  expect(fileOf(first.working_image_url)).toBe(fileOf(boat.outputs[0]?.url));

  const planned = await plan('make it blue', { session_id: 'desk' });
  expect(planned).toMatchObject({ workflow_type: 'image_editing', metadata: { missing_inputs: [] } });
  const blue = await generate('make it blue', { session_id: 'desk' });
  expect(blue.workflow_type).toBe('image_editing');
  const second = await sessionAfter('desk', blue.id);
  expect(fileOf(second.working_image_url)).toBe(fileOf(blue.outputs[0]?.url));
  expect(second.history.map(({ generation_id }) => generation_id)).toEqual([blue.id, boat.id]);

  const refined = await generate('add a sail', {}, `/api/v1/generations/${blue.id}/refine`);
  expect(refined).toMatchObject({ parent_id: blue.id });
  const third = await sessionAfter('desk', refined.id);
  expect(fileOf(third.working_image_url)).toBe(fileOf(refined.outputs[0]?.url));

  const back = await send<Session>('PATCH', '/api/v1/sessions/desk', { generation_id: boat.id });
  expect(fileOf(back.working_image_url)).toBe(fileOf(boat.outputs[0]?.url));
  const green = await generate('make it green', { session_id: 'desk' });
  await sessionAfter('desk', green.id);

  const { items } = await send<{ items: { id: string }[] }>('GET', '/api/v1/sessions');
  expect(items.map(({ id }) => id)).toEqual(['desk']);
  await send('DELETE', '/api/v1/sessions/desk');
  expect((await atelier.request('GET', '/api/v1/sessions/desk')).status).toBe(404);
  expect(await send('GET', `/api/v1/generations/${boat.id}`)).toMatchObject({ id: boat.id });
});

it('dresses a person from references, each a picture with a role, a thumbnail and a tag that can change', async () => {
  for (const [tag, colour] of [
    ['sarah', 'pink'],
    ['reddress', 'red'],
    ['beach', 'yellow'],
  ] as const) {
    const made = await send<{ thumbnail_url: string }>('POST', '/api/v1/references', {
      tag,
      upload_id: await upload(colour),
    });
    const small = await fetch(new URL(made.thumbnail_url, atelier.url));
    expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/webp']);
  }
  const prompt = 'put @sarah in @reddress at @beach';
  const { references, workflow_type, metadata } = await plan(prompt);
  expect(workflow_type).toBe('reference_styling');
  expect(metadata.missing_references).toEqual([]);
  expect(references.map(({ tag, role }) => [tag, role])).toEqual([
    ['sarah', 'person'],
    ['reddress', 'garment'],
    ['beach', 'scene'],
  ]);
  await generate(prompt);
  await send('PATCH', '/api/v1/references/beach', { tag: 'seaside', role: 'scene' });
  expect((await plan(prompt)).metadata.missing_references).toEqual(['beach']);
  await send('DELETE', '/api/v1/references/seaside');
});

it('plans as its user prefers, and says what can’t be had', async () => {
  const put = await send<object>('PUT', '/api/v1/preferences', {
    quality: 'speed',
    models: { image_generation: 'black-forest-labs/flux-1.1-pro-ultra', text_to_video: 'kwaivgi/kling-v1.6-standard' },
    parameters: { aspect_ratio: '16:9', steps: 30 },
    ai_enabled: false,
  });
  expect(put).toMatchObject({ suggest_from_history: false, provider: null });
  const picture = await plan('a lighthouse at dusk');
  expect(picture).toMatchObject({
    model_selection: { model_id: 'black-forest-labs/flux-1.1-pro-ultra', parameters: { aspect_ratio: '16:9' } },
    metadata: { rollout: 'classic' },
  });
  // No model of pictures here has steps: what was only a wish is dropped and said.
  expect(picture.metadata.warnings.join()).toMatch(/steps/i);
  const pinned = await plan('a lighthouse', { parameters: { aspect_ratio: '1:1' }, use_ai_classification: true });
  expect(pinned).toMatchObject({
    model_selection: { parameters: { aspect_ratio: '1:1' } },
    metadata: { rollout: 'ai' },
  });
  const refused = await atelier.request('PUT', '/api/v1/preferences', { models: { image_editing: 'google/veo-3' } });
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { code: 'PREFERENCES_INVALID', errors: [{ field: 'models.image_editing' }] },
  ]);
  await send('DELETE', '/api/v1/preferences');
  expect((await plan('a lighthouse at dusk')).model_selection.model_id).toBe('black-forest-labs/flux-1.1-pro');
});
