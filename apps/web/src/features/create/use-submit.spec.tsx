import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { call } from '../../api/call.js';
import { defaults, type Generation } from '../../api/gen/api.js';
import { useSubmit } from './use-submit.js';

interface Sent {
  readonly path: string;
  readonly key: string | null;
  readonly body: { readonly request_id?: string };
}

const sent: Sent[] = [];
/** What the server answers next to a path; the last one stays. */
const answers = new Map<string, (() => Response)[]>();
const fetchBefore = globalThis.fetch;

const json = (status: number, body: object) => () =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const plan = (id: string, { missing = [], dollars = 0.04 }: { missing?: string[]; dollars?: number } = {}) =>
  json(200, {
    request_id: id,
    workflow_type: 'image_generation',
    model_selection: { model_id: 'painter', provider: 'replicate' },
    estimated_cost: dollars,
    metadata: { missing_inputs: missing, warnings: [] },
  });
const gone = json(404, { code: 'PLAN_NOT_FOUND', detail: 'There is no such plan.' });
const accepted = json(202, { id: 'g1', status: 'queued' });

beforeEach(() => {
  sent.length = 0;
  answers.clear();
  Object.assign(defaults, { baseUrl: '', fetch: call });
  globalThis.fetch = async (input, init) => {
    const path = String(input).split('/').at(-1) ?? '';
    sent.push({
      path,
      key: new Headers(init?.headers).get('idempotency-key'),
      body: JSON.parse(String(init?.body)) as Sent['body'],
    });
    const next = answers.get(path) ?? [];
    const answer = next.length > 1 ? next.shift() : next[0];
    if (!answer) throw new Error(`nothing answers ${path}`);
    return answer();
  };
});
afterEach(() => {
  globalThis.fetch = fetchBefore;
});

function open() {
  const queries = new QueryClient();
  const started: Generation[] = [];
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useSubmit((generation) => started.push(generation)), { wrapper });
  return { result, started };
}
const request = { prompt: 'a cat' };
const generations = () => sent.filter(({ path }) => path === 'generations');

it('runs the plan as it was made', async () => {
  answers.set('process', [plan('p1')]).set('generations', [accepted]);
  const { result, started } = open();
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(started).toHaveLength(1));
  expect(generations()[0]?.body).toEqual({ prompt: 'a cat', request_id: 'p1' });
});

it('plans again when the server no longer has the plan', async () => {
  answers.set('process', [plan('p1'), plan('p2')]).set('generations', [gone, accepted]);
  const { result, started } = open();
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(started).toHaveLength(1));
  expect(generations().map(({ body }) => body.request_id)).toEqual(['p1', 'p2']);
});

it('buys nothing at a price that nobody saw', async () => {
  answers.set('process', [plan('p1'), plan('p2', { dollars: 0.4 })]).set('generations', [gone, accepted]);
  const { result } = open();
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(result.current.problem?.message).toContain('press Generate again'));
  expect(generations()).toHaveLength(1);
});

it('never buys twice when Generate is pressed again because no answer came', async () => {
  answers
    .set('process', [plan('p1')])
    .set('generations', [json(503, { code: 'UNAVAILABLE', detail: 'Later.' }), accepted]);
  const { result, started } = open();
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(result.current.problem).not.toBeNull());
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(started).toHaveLength(1));
  const [first, again] = generations();
  expect(again).toEqual(first);
});

it('tries the same press with its key and plan, so that it can’t be bought twice, and another press with another key', async () => {
  answers
    .set('process', [plan('p1')])
    .set('generations', [json(503, { code: 'UNAVAILABLE', detail: 'Later.' }), accepted]);
  const { result, started } = open();
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(result.current.problem).not.toBeNull());
  act(() => result.current.again());
  await waitFor(() => expect(started).toHaveLength(1));
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(started).toHaveLength(2));
  const [first, again, other] = generations();
  expect(again).toEqual(first);
  expect(other?.key).not.toBe(first?.key);
});

it('asks for a missing picture without asking the server', async () => {
  answers.set('process', [plan('p1', { missing: ['image'] })]);
  const { result } = open();
  act(() => result.current.press(request, ''));
  await waitFor(() => expect(result.current.problem?.message).toBe('This needs a picture to work on.'));
  expect(generations()).toEqual([]);
});
