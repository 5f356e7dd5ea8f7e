import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { GetImageJobResponse, ImageJob, ImageJobState, WatchImageJobResponse } from '@atelier/contracts/playground/v1';
import { WebSocket } from 'ws';
import { fakeImageJobs } from './harness/fake-image-jobs.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/v1/ai/job';
let gateway: TestGateway;
let sarah: string;
/** Changes of sarah's job that its watchers still have to hear of. */
let changes: ImageJob[];
let wake: () => void;
let watching: number;

const job = (at: number, processed: number, state = ImageJobState.IMAGE_JOB_STATE_PROCESSING): ImageJob =>
  ImageJob.create({ jobId: 'shoes-1', state, processed, total: 2, progress: processed * 50, updateTime: new Date(at) });
const done = job(3, 2, ImageJobState.IMAGE_JOB_STATE_COMPLETED);

function change(...news: ImageJob[]): void {
  changes.push(...news);
  wake();
}

beforeAll(async () => {
  gateway = await startTestGateway();
  sarah = await gateway.keyFor('sarah');
  fakeImageJobs(gateway.services);
  gateway.services.set('playground', 'getImageJob', ({ jobId }, { identity }) => {
    if (identity.userId !== 'sarah' || jobId !== 'shoes-1') throw fakeErrors.THING_NOT_FOUND();
    return GetImageJobResponse.create({ job: changes.at(-1) ?? job(0, 0) });
  });
  gateway.services.set('playground', 'watchImageJob', async function* ({ jobId }, { identity, cancelled }) {
    if (identity.userId !== 'sarah' || jobId !== 'shoes-1') throw fakeErrors.THING_NOT_FOUND();
    watching += 1;
    cancelled.addEventListener('abort', () => wake());
    try {
      // Where it stands first, then every change.
      for (let next = Math.max(0, changes.length - 1); !cancelled.aborted;) {
        const news = changes[next];
        if (news) {
          next += 1;
          yield WatchImageJobResponse.create({ job: news });
          if (news === done) return;
        } else {
          const before = wake;
          await new Promise<void>(
            (woken) =>
              (wake = () => {
                before();
                woken();
              }),
          );
        }
      }
    } finally {
      watching -= 1;
    }
  });
}, 30_000);
afterAll(() => gateway.close());
beforeEach(() => {
  changes = [job(1, 0)];
  wake = () => {};
  watching = 0;
});

/** Waits for what must happen; a test that waits for ever fails by its time limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

const blocks = (text: string) =>
  text.split('\n\n').flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    return field('event') ? [{ id: field('id'), event: field('event'), data: field('data') }] : [];
  });
const stream = (lastEventId?: string) =>
  gateway.request(`${path}/shoes-1/stream`, {
    as: sarah,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });

describe('the events of an image job', () => {
  it('have an id of their own each', async () => {
    const answer = await stream();
    await until(() => watching === 1);
    change(job(2, 1), done);
    const events = blocks(await answer.text());
    expect(events.map(({ event }) => event)).toEqual(['progress', 'progress', 'completed']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    expect(events.every(({ id }) => /^[\x21-\x7e]+$/.test(id))).toBe(true);
  });

  it('begin with how it stands after a reconnection, whatever was missed', async () => {
    const first = await stream();
    await until(() => watching === 1);
    change(job(2, 1), done);
    const [early] = blocks(await first.text());
    const again = blocks(await (await stream(early?.id)).text());
    expect(again.map(({ event }) => event)).toEqual(['completed']);
    expect((await stream(again[0]?.id)).status).toBe(204);
    expect((await stream('never seen')).status).toBe(200);
  });
});

describe('the WebSocket of image jobs', () => {
  type Message = Record<string, unknown> & { problem?: { code: string } };
  async function open(key = sarah) {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/ai/ws`, ['atelier.v1', `bearer.${key}`]);
    const messages: Message[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
    await once(socket, 'open');
    return { socket, messages, say: (message: object) => socket.send(JSON.stringify(message)) };
  }

  it('carries how each job stands and every change until it has ended', async () => {
    const { socket, messages, say } = await open();
    say({ type: 'subscribe', id: 'shoes-1' });
    await until(() => messages.length === 1);
    change(job(2, 1), done);
    await until(() => messages.some(({ type }) => type === 'end'));
    expect(messages.map(({ type, id, event }) => [type, id, event])).toEqual([
      ['event', 'shoes-1', 'progress'],
      ['event', 'shoes-1', 'progress'],
      ['event', 'shoes-1', 'completed'],
      ['end', 'shoes-1', undefined],
    ]);
    expect(messages[2]).toMatchObject({
      event_id: expect.any(String),
      data: { job_id: 'shoes-1', status: 'completed', progress: 100 },
    });
    socket.close();
  });

  it('stops on unsubscribe and when the client leaves', async () => {
    const { socket, say } = await open();
    say({ type: 'subscribe', id: 'shoes-1' });
    await until(() => watching === 1);
    say({ type: 'unsubscribe', id: 'shoes-1' });
    await until(() => watching === 0);
    say({ type: 'subscribe', id: 'shoes-1' });
    await until(() => watching === 1);
    socket.terminate();
    await until(() => watching === 0);
  });

  it('shows nobody the job of somebody else, and mistakes are messages', async () => {
    const { socket, messages, say } = await open(await gateway.keyFor('ben'));
    say({ type: 'subscribe', id: 'shoes-1' });
    await until(() => messages.length === 1);
    say({ type: 'subscribe', id: 'shoes-1', user_id: 'sarah' });
    await until(() => messages.length === 2);
    say({ type: 'subscribe', id: 'a/b' });
    await until(() => messages.length === 3);
    expect(messages.map(({ type, user_id, problem }) => [type, user_id, problem?.code])).toEqual([
      ['error', undefined, 'THING_NOT_FOUND'],
      ['error', 'sarah', 'ACTING_FOR_OTHERS_REFUSED'],
      ['error', undefined, 'INVALID_REQUEST'],
    ]);
    socket.close();
  });

  it('lets whoever may act for others follow their jobs, by user or by the id alone that it sent', async () => {
    const frontEnd = await gateway.keyFor('front-end', ['generate', 'read', 'act_as']);
    const { socket, messages, say } = await open(frontEnd);
    say({ type: 'subscribe', id: 'shoes-1', user_id: 'sarah' });
    await until(() => messages.length === 1);
    expect(messages[0]).toMatchObject({ type: 'event', id: 'shoes-1', user_id: 'sarah' });
    say({ type: 'subscribe', id: 'shoes-1' });
    await until(() => messages.length === 2);
    expect(messages[1]).toMatchObject({ type: 'error', problem: { code: 'THING_NOT_FOUND' } });
    const source_image_urls = ['https://images.example/a.png'];
    await gateway.request(path, {
      as: frontEnd,
      json: { job_id: 'shoes-1', user_id: 'sarah', type: 'batch_optimization', source_image_urls },
    });
    say({ type: 'subscribe', id: 'shoes-1' });
    await until(() => messages.length === 3);
    expect(messages[2]).toMatchObject({ type: 'event', id: 'shoes-1', event: 'progress' });
    socket.terminate();
    await until(() => watching === 0);
  });

  it('follows at most a hundred jobs at once', async () => {
    gateway.services.set('playground', 'watchImageJob', async function* (_request, { cancelled }) {
      watching += 1;
      await new Promise<void>((end) => cancelled.addEventListener('abort', () => end()));
      watching -= 1;
      yield* [];
    });
    const { socket, messages, say } = await open();
    for (let index = 0; index <= 100; index += 1) say({ type: 'subscribe', id: `job-${index}` });
    await until(() => messages.length === 1);
    expect(messages[0]).toMatchObject({ type: 'error', id: 'job-100', problem: { code: 'INVALID_REQUEST' } });
    await until(() => watching === 100);
    socket.terminate();
    await until(() => watching === 0);
  });

  it('refuses strangers before the upgrade, and plain requests with a hint', async () => {
    await expect(open('wrong')).rejects.toThrow('401');
    expect((await gateway.request('/api/v1/ai/ws', { as: sarah })).status).toBe(426);
  });
});
