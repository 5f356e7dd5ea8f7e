import { generationEvents, type StandaloneProcess, startStandaloneProcess } from './standalone-process.js';

interface Generation {
  readonly id: string;
  readonly status: string;
  readonly workflow_type: string;
  readonly model_id: string;
  readonly final_prompt: string;
  readonly parameters: { readonly seed?: number };
  readonly seed: number | null;
  readonly parent_id?: string;
  readonly session_id?: string;
  readonly outputs: readonly { readonly sha256: string; readonly url: string }[];
}
interface Session {
  readonly working_image_url: string | null;
  readonly last_generation_id: string | null;
}

let atelier: StandaloneProcess;
beforeAll(async () => {
  atelier = await startStandaloneProcess();
});
afterAll(async () => {
  await atelier.stop();
});

const base = '/api/v1/generations';
const read = async <Body>(path: string): Promise<Body> => (await atelier.request('GET', path)).json() as Promise<Body>;

/** The record of what a request made, once it is finished. */
async function finished(path: string, body: object): Promise<Generation> {
  const answer = await atelier.request('POST', path, body);
  const { id, ...refusal } = (await answer.json()) as Generation;
  expect(answer.status === 202 || refusal).toBe(true);
  await generationEvents(atelier, id);
  const generation = await read<Generation>(`${base}/${id}`);
  expect(generation.status).toBe('succeeded');
  return generation;
}

/** Waits for what another service is told of. */
async function session(id: string, isSo: (session: Session) => boolean): Promise<Session> {
  for (;;) {
    const found = await read<Session>(`/api/v1/sessions/${id}`);
    if (isSo(found)) return found;
  }
}

it.each([{ workflow_type: 'image_generation' }, { workflow_type: 'text_to_video', model_id: 'lightricks/ltx-video' }])(
  'a record holds all that makes the same result again, byte for byte ($workflow_type)',
  async (wish) => {
    const made = await finished(base, { prompt: 'a red boat on a calm lake', ...wish });
    expect(made.seed).toEqual(expect.any(Number));
    const { final_prompt: prompt, workflow_type, model_id, parameters } = made;
    const same = { prompt, workflow_type, model_id, parameters, cache: 'bypass' };
    const again = await finished(base, same);
    expect(again.id).not.toBe(made.id);
    expect(again.parameters).toEqual(parameters);
    expect(again.outputs.map(({ sha256 }) => sha256)).toEqual(made.outputs.map(({ sha256 }) => sha256));

    const other = await finished(base, { ...same, parameters: { ...parameters, seed: (made.seed ?? 0) + 1 } });
    expect(other.outputs[0]?.sha256).not.toBe(made.outputs[0]?.sha256);
  },
);

it('a retry is made anew and names its parent', async () => {
  const made = await finished(base, { prompt: 'a red boat on a calm lake' });
  const again = await finished(`${base}/${made.id}/retry`, {});
  expect(again).toMatchObject({ parent_id: made.id, model_id: made.model_id, final_prompt: made.final_prompt });
  expect(again.seed).not.toBe(made.seed);
});

it('a session works on its latest result: refined, and back again when that is deleted', async () => {
  const made = await finished(base, { prompt: 'a red boat on a calm lake', session_id: 'desk-1' });
  await session('desk-1', ({ last_generation_id }) => last_generation_id === made.id);
  const refined = await finished(`${base}/${made.id}/refine`, { prompt: 'make the boat blue', strength: 0.4 });
  expect(refined).toMatchObject({ parent_id: made.id, session_id: 'desk-1', workflow_type: 'image_editing' });
  await session('desk-1', ({ last_generation_id }) => last_generation_id === refined.id);

  expect((await atelier.request('DELETE', `${base}/${refined.id}`)).status).toBe(204);
  expect((await fetch(new URL(refined.outputs[0]?.url ?? '', atelier.url))).status).toBe(404);
  const back = await session('desk-1', ({ last_generation_id }) => last_generation_id === made.id);
  expect(back.working_image_url).toContain(new URL(made.outputs[0]?.url ?? '', atelier.url).pathname);
  const edited = await finished(base, { prompt: 'make the sky purple', session_id: 'desk-1' });
  expect(edited.workflow_type).toBe('image_editing');
});
