import { UsageEvent } from '@atelier/contracts/usage/v1';
import { BufferedUsageEvents, type UsageEventSink } from './index.js';

class ManualTimer {
  private work: (() => void) | undefined;
  waitMs = 0;
  readonly start = (work: () => void, ms: number): { cancel(): void } => {
    this.work = work;
    this.waitMs = ms;
    return { cancel: () => (this.work = undefined) };
  };
  async fire(): Promise<void> {
    const work = this.work;
    this.work = undefined;
    work?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const call = (route: string) => ({ endpointCalled: { route, method: 'GET', status: 200, durationUs: 5 } });
const routes = (events: readonly UsageEvent[]) => events.map((event) => event.endpointCalled?.route);

function build(sink: UsageEventSink, over: { capacity?: number; batchSize?: number } = {}) {
  const timer = new ManualTimer();
  const dropped: number[] = [];
  const events = new BufferedUsageEvents({
    service: 'test',
    version: '1',
    sink,
    timer: timer.start,
    onDropped: (n) => dropped.push(n),
    ...over,
  });
  return { timer, dropped, events };
}

it('delivers in order of arrival, in batches of the given size', async () => {
  const batches: (string | undefined)[][] = [];
  const { events, timer } = build({ send: async (batch) => void batches.push(routes(batch)) }, { batchSize: 2 });
  ['a', 'b', 'c'].forEach((route) => events.publish(call(route)));
  await timer.fire();
  await timer.fire();
  expect(batches).toEqual([['a', 'b'], ['c']]);
});

it('keeps events through a failed delivery and waits longer each time', async () => {
  const received: (string | undefined)[] = [];
  let away = true;
  const { events, timer } = build({
    send: async (batch) => {
      if (away) throw new Error('away');
      received.push(...routes(batch));
    },
  });
  events.publish(call('a'));
  await timer.fire();
  const firstWait = timer.waitMs;
  await timer.fire();
  expect(timer.waitMs).toBeGreaterThan(firstWait);
  events.publish(call('b'));
  away = false;
  await timer.fire();
  expect(received).toEqual(['a', 'b']);
  expect(events.size).toBe(0);
});

it('drops the oldest and counts them when nobody takes the events', () => {
  const { events, dropped } = build({ send: () => new Promise(() => {}) }, { capacity: 10 });
  for (let index = 0; index < 15; index++) events.publish(call(String(index)));
  expect(events.size).toBe(10);
  expect(dropped.reduce((sum, count) => sum + count, 0)).toBe(5);
});

it('drops an event that can not be encoded instead of holding up the others', async () => {
  const received: (string | undefined)[] = [];
  const { events, timer, dropped } = build({
    send: async (batch) => {
      batch.forEach((event) => UsageEvent.encode(event).finish());
      received.push(...routes(batch));
    },
  });
  events.publish(call('good'));
  events.publish({ endpointCalled: { route: 'bad', method: 'GET', status: 200, durationUs: 0.5 } });
  await timer.fire();
  await timer.fire();
  expect(received).toEqual(['good']);
  expect(dropped).toEqual([1]);
});

it('delivers what waits before it closes', async () => {
  const received: (string | undefined)[] = [];
  const { events } = build({ send: async (batch) => void received.push(...routes(batch)) });
  events.publish(call('last'));
  await events.close();
  expect(received).toEqual(['last']);
});

it('gives each event an id, a time and its publisher', async () => {
  const received: UsageEvent[] = [];
  const { events, timer } = build({ send: async (batch) => void received.push(...batch) });
  events.publish(call('a'), { userId: 'sarah' });
  await timer.fire();
  expect(received[0]).toMatchObject({ service: 'test', serviceVersion: '1', userId: 'sarah' });
  expect(received[0]?.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(received[0]?.occurTime).toBeInstanceOf(Date);
});
