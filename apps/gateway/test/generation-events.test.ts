import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { GenerationEventType } from '@atelier/contracts/generation/v1';
import { WebSocket } from 'ws';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans } from './harness/fake-plans.js';
import { adminKey, startTestGateway, type TestGateway } from './harness/test-gateway.js';

const {
  GENERATION_EVENT_TYPE_PROGRESS: progress,
  GENERATION_EVENT_TYPE_OUTPUT: output,
  GENERATION_EVENT_TYPE_SUCCEEDED: succeeded,
} = GenerationEventType;

let gateway: TestGateway;
let fakes: FakeGenerations;
let sarah: string;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
  fakes = new FakeGenerations(gateway.services);
  sarah = await gateway.keyFor('sarah');
});
afterAll(() => gateway.close());

const base = '/api/v1/generations';
async function generate(): Promise<string> {
  const answer = await gateway.request(base, { as: sarah, json: { prompt: 'a cat' } });
  return ((await answer.json()) as { id: string }).id;
}

/** Waits for what must happen; a test that waits for ever fails by its time limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

interface Event {
  id: string;
  event: string;
  status: string;
}
function parse(text: string): Event[] {
  return text.split('\n\n').flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    return field('event')
      ? [{ id: field('id'), event: field('event'), status: (JSON.parse(field('data')) as Event).status }]
      : [];
  });
}

describe('server-sent events', () => {
  it('carry every event with its id, and end with the generation', async () => {
    const id = await generate();
    const answer = await gateway.request(`${base}/${id}/events`, { as: sarah });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('cache-control')).toContain('no-cache');
    expect(answer.headers.get('content-security-policy')).toBeTruthy();
    for (const type of [progress, output, succeeded]) fakes.happen(id, type);
    expect(parse(await answer.text())).toEqual([
      { id: '1', event: 'queued', status: 'queued' },
      { id: '2', event: 'progress', status: 'running' },
      { id: '3', event: 'output', status: 'running' },
      { id: '4', event: 'succeeded', status: 'succeeded' },
    ]);
  });

  it('resume after any event without a gap or a repeat', async () => {
    const id = await generate();
    for (const type of [progress, progress, output, succeeded]) fakes.happen(id, type);
    for (const after of [0, 1, 2, 3, 4]) {
      const answer = await gateway.request(`${base}/${id}/events`, {
        as: sarah,
        headers: { 'last-event-id': String(after) },
      });
      expect(parse(await answer.text()).map((event) => Number(event.id))).toEqual([1, 2, 3, 4, 5].slice(after));
    }
    const byQuery = await gateway.request(`${base}/${id}/events?last_event_id=3`, { as: sarah });
    expect(parse(await byQuery.text()).map((event) => event.id)).toEqual(['4', '5']);
  });

  it('tell a browser that has seen the end not to come back', async () => {
    const id = await generate();
    fakes.happen(id, succeeded);
    const answer = await gateway.request(`${base}/${id}/events`, { as: sarah, headers: { 'last-event-id': '2' } });
    expect(answer.status).toBe(204);
  });

  it('are a problem, not an empty stream, for an unknown generation or a wrong id', async () => {
    const unknown = await gateway.request(`${base}/0199f0a2-0000-7000-8000-000000000000/events`, { as: sarah });
    expect(unknown.status).toBe(404);
    const id = await generate();
    expect(
      (await gateway.request(`${base}/${id}/events`, { as: sarah, headers: { 'last-event-id': 'x' } })).status,
    ).toBe(400);
    expect((await gateway.request(`${base}/${id}/events`, { method: 'HEAD', as: sarah })).status).toBe(405);
  });

  it('stop costing anything when the client leaves', async () => {
    const id = await generate();
    const leave = new AbortController();
    const answer = await gateway.request(`${base}/${id}/events`, { as: sarah, signal: leave.signal });
    await answer.body?.getReader().read();
    await until(() => fakes.watching === 1);
    leave.abort();
    await until(() => fakes.watching === 0);
  });

  it('end when the gateway stops, at once', async () => {
    const other = await startTestGateway({ fakes: fakePlans });
    const generations = new FakeGenerations(other.services);
    const made = (await (await other.request(base, { json: { prompt: 'a cat' } })).json()) as { id: string };
    const answer = await other.request(`${base}/${made.id}/events`);
    const reading = answer.text().catch(() => 'cut off');
    await until(() => generations.watching === 1);
    // Without the end of the stream this would wait for the whole grace.
    await other.gateway.close(25_000);
    await reading;
    await other.close();
  }, 20_000);
});

describe('the WebSocket', () => {
  interface Message {
    type: string;
    id?: string;
    sequence?: number;
    event?: string;
    message?: string;
    problem?: { code: string };
  }

  async function open(protocols: string[] = ['atelier.v1', `bearer.${sarah}`], headers = {}) {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${base}/ws`, protocols, { headers });
    const messages: Message[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return {
      socket,
      messages,
      say: (message: object | string) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    };
  }

  it('carries the events of many generations, each from where the client is', async () => {
    const [one, two] = [await generate(), await generate()];
    const { socket, messages, say } = await open();
    expect(socket.protocol).toBe('atelier.v1');
    say({ type: 'subscribe', id: one });
    say({ type: 'subscribe', id: two, after: 1 });
    await until(() => fakes.watching === 2);
    for (const id of [one, two]) fakes.happen(id, succeeded);
    await until(() => messages.filter(({ type }) => type === 'end').length === 2);
    const of = (id: string) =>
      messages.filter((message) => message.id === id).map(({ type, sequence, event }) => [type, sequence, event]);
    expect(of(one)).toEqual([
      ['event', 1, 'queued'],
      ['event', 2, 'succeeded'],
      ['end', undefined, undefined],
    ]);
    expect(of(two)).toEqual([
      ['event', 2, 'succeeded'],
      ['end', undefined, undefined],
    ]);
    socket.close();
  });

  it('stops on unsubscribe and when the client leaves', async () => {
    const [one, two] = [await generate(), await generate()];
    const { socket, say } = await open();
    say({ type: 'subscribe', id: one });
    say({ type: 'subscribe', id: two });
    await until(() => fakes.watching === 2);
    say({ type: 'unsubscribe', id: one });
    await until(() => fakes.watching === 1);
    socket.terminate();
    await until(() => fakes.watching === 0);
  });

  it('answers mistakes as messages and goes on', async () => {
    const { socket, messages, say } = await open(['atelier.v1'], { authorization: `Bearer ${sarah}` });
    say('no json');
    say({ type: 'dance' });
    say({ type: 'subscribe', id: '0199f0a2-0000-7000-8000-000000000000', after: 1_000_000_000 });
    say({ type: 'subscribe', id: '0199f0a2-0000-7000-8000-000000000000' });
    await until(() => messages.length === 4);
    expect(messages.map(({ type, problem }) => [type, problem?.code])).toEqual([
      ['error', 'MALFORMED_JSON'],
      ['error', 'INVALID_REQUEST'],
      ['error', 'INVALID_REQUEST'],
      ['error', 'THING_NOT_FOUND'],
    ]);
    socket.close();
  });

  it('ends with its key: a revoked one can subscribe to nothing more', async () => {
    const made = await gateway.request('/api/v1/admin/keys', { json: { owner: 'sarah', scopes: ['read'] } });
    const { key, id: keyId } = (await made.json()) as { key: string; id: string };
    const [one, two] = [await generate(), await generate()];
    const { socket, say } = await open(['atelier.v1', `bearer.${key}`]);
    const closed = once(socket, 'close');
    say({ type: 'subscribe', id: one });
    await until(() => fakes.watching === 1);
    expect((await gateway.request(`/api/v1/admin/keys/${keyId}`, { method: 'DELETE' })).ok).toBe(true);
    say({ type: 'subscribe', id: two });
    expect((await closed)[0]).toBe(4401);
    await until(() => fakes.watching === 0);
  });

  it('refuses strangers before the upgrade, and plain requests with a hint', async () => {
    await expect(open(['atelier.v1', 'bearer.wrong'])).rejects.toThrow('401');
    await expect(open([])).rejects.toThrow('401');
    const plain = await gateway.request(`${base}/ws`, { as: sarah });
    expect(plain.status).toBe(426);
    expect(await plain.json()).toMatchObject({ code: 'UPGRADE_REQUIRED' });
  });
});

describe('the WebSocket’s address beside a web application', () => {
  it('answers refusals as problems, like every endpoint', async () => {
    const webRoot = await mkdtemp(join(tmpdir(), 'atelier-web-'));
    await writeFile(join(webRoot, 'index.html'), '<!doctype html>');
    const other = await startTestGateway({ fakes: fakePlans, start: { webRoot } });
    try {
      const writer = await other.keyFor('walter', ['generate']);
      const refusals: [string | null, number, string][] = [
        [null, 401, 'CREDENTIALS_REQUIRED'],
        ['wrong', 401, 'CREDENTIALS_INVALID'],
        [writer, 403, 'SCOPE_REQUIRED'],
        [adminKey, 426, 'UPGRADE_REQUIRED'],
      ];
      for (const [as, status, code] of refusals) {
        const answer = await other.request(`${base}/ws`, { as });
        expect([answer.status, answer.headers.get('content-type')]).toEqual([
          status,
          'application/problem+json; charset=utf-8',
        ]);
        expect(await answer.json()).toMatchObject({ status, code });
      }
      expect(await (await other.request('/api/v1/nothing')).json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
      expect(await (await other.request(base, { json: { prompt: 1 } })).json()).toMatchObject({
        code: 'INVALID_REQUEST',
      });
    } finally {
      await other.close();
      await rm(webRoot, { recursive: true });
    }
  });
});
