import { ManualClock } from './manual-clock.js';
import { openReplicateSession } from './replicate-session.js';

const VIDEO = { model: 'google/veo-2', input: { prompt: 'waves' } };
const IMAGE = { model: 'black-forest-labs/flux-schnell', input: { prompt: 'waves' } };

describe('a prediction over time', () => {
  it('starts, reports progress in its logs, and ends with its times', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({}, { clock });
    const { id } = await session.api.predictions.create(VIDEO);
    expect((await session.api.predictions.get(id)).status).toBe('starting');
    await clock.advance(6_000);
    const running = await session.api.predictions.get(id);
    expect(running.status).toBe('processing');
    expect(running.logs).toMatch(/ 41%\|████ {6}\| 21\/50 \[00:04<00:06\]\n$/);
    await clock.advance(6_000);
    expect(await session.api.predictions.get(id)).toMatchObject({
      status: 'succeeded',
      metrics: { predict_time: 10.2, total_time: 12 },
    });
  });

  it('goes as fast as the time scale says', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({ timeScale: 0.1 }, { clock });
    const { id } = await session.api.predictions.create(VIDEO);
    await clock.advance(1_200);
    expect((await session.api.predictions.get(id)).status).toBe('succeeded');
  });

  it('is answered as begun when the caller waited in vain', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({}, { clock });
    const answer = session.api.predictions.create({ ...VIDEO, wait: 5 });
    await clock.waiting();
    await clock.advance(5_000);
    expect((await answer).status).toBe('starting');
    expect(session.lastStatus()).toBe(202);
  });

  it('can be cancelled while it runs, and not after its end', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({}, { clock });
    const running = await session.api.predictions.create(VIDEO);
    const finished = await session.api.predictions.create(IMAGE);
    await clock.advance(5_000);
    expect(await session.api.predictions.cancel(running.id)).toMatchObject({ status: 'canceled', output: null });
    expect((await session.api.predictions.cancel(finished.id)).status).toBe('succeeded');
    await clock.advance(60_000);
    expect((await session.api.predictions.get(running.id)).status).toBe('canceled');
  });

  it('tells a caller who waits at once that it was cancelled', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({}, { clock });
    const answer = session.api.predictions.create({ ...VIDEO, wait: true });
    await clock.waiting();
    const [prediction] = (await session.api.predictions.list()).results;
    await session.api.predictions.cancel(prediction?.id ?? '');
    expect((await answer).status).toBe('canceled');
  });

  it('is cancelled at the time that Cancel-After names', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({}, { clock });
    const create = (cancelAfter: string) =>
      session.post('/models/google/veo-3/predictions', { input: { prompt: 'a' } }, { 'cancel-after': cancelAfter });
    expect((await create('4s')).status).toBe(422);
    const { id } = (await (await create('8s')).json()) as { id: string };
    await clock.advance(8_000);
    expect(await session.api.predictions.get(id)).toMatchObject({
      status: 'canceled',
      completed_at: new Date(clock.now()).toISOString(),
    });
  });

  it('is listed in the time window of its creation', async () => {
    const clock = new ManualClock();
    const session = await openReplicateSession({}, { clock });
    const early = await session.api.predictions.create(VIDEO);
    await clock.advance(1_000);
    const middle = new Date(clock.now()).toISOString();
    const late = await session.api.predictions.create(VIDEO);
    const list = async (query: string) => {
      const { results } = (await (await session.get(`/predictions?${query}`)).json()) as { results: { id: string }[] };
      return results.map(({ id }) => id);
    };
    expect(await list(`created_after=${middle}`)).toEqual([late.id]);
    expect(await list(`created_before=${middle}`)).toEqual([early.id]);
  });
});
