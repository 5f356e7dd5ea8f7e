import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { FleetService, ServiceFleet } from '@atelier/local-servers';
import { startFleet } from './fleet.js';

const server = process.env['TEST_DATABASE_URL'];
if (!server && process.env['CI'] === 'true')
  throw new Error('no PostgreSQL: with CI=true services must be killed while somebody follows (TEST_DATABASE_URL)');
if (!server) process.stderr.write('NOT RUN: following over restarts. Set TEST_DATABASE_URL=postgres://… to run it.\n');

const adminKey = 'an-administrator-key-for-those-who-follow';
const authorization = `Bearer ${adminKey}`;
const base = '/api/v1/generations';
const ends = ['succeeded', 'failed', 'cancelled'];

interface Seen {
  readonly sequence: number;
  readonly event: string;
  readonly progress: number;
}
const last = (seen: readonly Seen[]): number => seen.at(-1)?.sequence ?? 0;
const isOver = (seen: readonly Seen[]): boolean => ends.includes(seen.at(-1)?.event ?? '');

/** Follows by server-sent events as a browser does: comes back with the id of the last event, until the end. */
async function followByEvents(url: string, seen: Seen[]): Promise<void> {
  while (!isOver(seen)) {
    try {
      const headers = { authorization, ...(last(seen) > 0 ? { 'last-event-id': String(last(seen)) } : {}) };
      const { body } = await fetch(url, { headers });
      let text = '';
      for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop() ?? '';
        seen.push(...blocks.flatMap(parse));
      }
    } catch {
      // The gateway is away.
    }
    await pause(50);
  }
}

function parse(block: string): Seen[] {
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
  if (field('id') === '') return [];
  const { progress } = JSON.parse(field('data')) as { progress: number };
  return [{ sequence: Number(field('id')), event: field('event'), progress }];
}

/** Follows over a WebSocket: subscribes again after the last event whenever the socket or the subscription breaks. */
async function followBySocket(url: string, id: string, seen: Seen[]): Promise<void> {
  while (!isOver(seen)) {
    const socket = new WebSocket(url, { headers: { authorization } });
    await new Promise<void>((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id, after: last(seen) })));
      socket.on('message', (text) => {
        const { type, sequence, event, data } = JSON.parse(String(text)) as Seen & { type: string; data: Seen };
        if (type === 'event') seen.push({ sequence, event, progress: data.progress });
        else socket.close();
      });
      socket.on('error', () => {}).on('close', () => resolve());
    });
    await pause(50);
  }
}

(server ? describe : describe.skip)('whoever follows a generation', () => {
  let fleet: ServiceFleet;
  beforeAll(async () => {
    fleet = await startFleet({ server: server ?? '', adminKey, env: { SANDBOX_TIME_SCALE: '1' } });
  });
  afterAll(async () => {
    await fleet.stop();
  });

  it('sees every event once and in order, though gateway and generation are killed meanwhile', async () => {
    const made = await fetch(fleet.gatewayUrl + base, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'waves on a beach', workflow_type: 'text_to_video' }),
    });
    const { id } = (await made.json()) as { id: string };
    const [events, messages]: [Seen[], Seen[]] = [[], []];
    const followers = [
      followByEvents(`${fleet.gatewayUrl}${base}/${id}/events`, events),
      followBySocket(`${fleet.gatewayUrl.replace('http', 'ws')}${base}/ws`, id, messages),
    ];
    while (last(events) === 0 || last(messages) === 0) await pause(20);
    let kills = 0;
    for (const name of ['gateway', 'generation', 'gateway', 'generation'] satisfies FleetService[]) {
      if (isOver(events)) break;
      await fleet.kill(name);
      kills += 1;
      await fleet.up(name);
    }
    await Promise.all(followers);

    expect(kills).toBeGreaterThanOrEqual(2);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
    expect(messages).toEqual(events);
    expect(events.at(-1)).toMatchObject({ event: 'succeeded', progress: 100 });
    expect(events.map(({ progress }) => progress)).toEqual(
      events.map(({ progress }) => progress).toSorted((a, b) => a - b),
    );
  }, 300_000);
});
