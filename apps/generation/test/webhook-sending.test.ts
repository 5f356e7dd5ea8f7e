import { setImmediate } from 'node:timers/promises';
import { migrate } from '@atelier/persistence';
import { FetchFailedError, type ResolveHost } from '@atelier/safe-fetch';
import { createLogger } from '@atelier/service-defaults';
import { openTestDatabase } from '@atelier/testing';
import { type Kysely, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type CallerWebhooks, callerWebhooks } from '../src/caller-webhooks.js';
import { generationRow } from '../src/infra/generation-rows.js';
import { migrations } from '../src/infra/migrations.js';
import type { GenerationSchema } from '../src/infra/schema.js';
import { deliveryRow, sendingLeaseMs, type SqlWebhookDeliveries } from '../src/infra/sql-webhook-deliveries.js';
import { systemRandom } from '../src/infra/system-clock.js';
import { WebhookSender, type WebhookSenderTools } from '../src/infra/webhook-sender.js';
import { newGeneration } from './generation-fixture.js';
import { Receiver } from './receiver.js';
import { VirtualClock } from './virtual-clock.js';

const logger = createLogger({ service: 'generation', version: 'test', level: 'silent' });
const clock = new VirtualClock();
let db: Kysely<GenerationSchema>;
let closeDatabase: () => Promise<void>;
const opened: { close(): Promise<void> | void }[] = [];

beforeAll(async () => {
  const { database, close } = await openTestDatabase();
  closeDatabase = close;
  await migrate(database, 'generation', migrations);
  db = database.kysely<GenerationSchema>().withSchema('generation');
});
afterAll(() => closeDatabase());
beforeEach(() => db.deleteFrom('generations').execute());
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function receiver(...parameters: Parameters<typeof Receiver.open>): Promise<Receiver> {
  const made = await Receiver.open(...parameters);
  opened.push(made);
  return made;
}

function webhooks(origins: readonly string[], lookup?: ResolveHost): CallerWebhooks {
  const random = { ...systemRandom, fraction: () => 0.5 };
  const allowPrivateOrigins = origins.map((origin) => new URL(origin).host);
  const made = callerWebhooks({ db, clock, random, logger, version: 'test', allowPrivateOrigins, lookup });
  opened.push(made.fetcher);
  return made;
}

/** Generations that have just ended, and their messages. */
async function ended(urls: readonly string[], ownerId = 'sarah'): Promise<string[]> {
  const generations = urls.map((webhookUrl) =>
    newGeneration({
      generationId: uuidv7(),
      ownerId,
      webhookUrl,
      state: 'succeeded',
      actualCostMicros: 40_000,
      endTimeMs: clock.now(),
      reservationId: uuidv7(),
    }),
  );
  await db.insertInto('generations').values(generations.map(generationRow)).execute();
  const rows = generations.flatMap((generation) => deliveryRow(generation) ?? []);
  await db.insertInto('webhook_deliveries').values(rows).execute();
  return generations.map(({ generationId }) => generationId);
}

/** Copies of a generation that has just ended, and of its message. */
async function multiply(generationId: string | undefined, copies: number): Promise<void> {
  const ids = Array.from({ length: copies }, () => uuidv7());
  for (const table of ['generations', 'webhook_deliveries'] as const) {
    await sql`
      insert into generation.${sql.ref(table)}
      select copy.* from generation.${sql.ref(table)} as own, unnest(${ids}::uuid[]) as id,
        jsonb_populate_record(null::generation.${sql.ref(table)}, to_jsonb(own) || jsonb_build_object(
          'generation_id', id, 'reservation_id', id)) as copy
      where own.generation_id = ${generationId}`.execute(db);
  }
}

async function only(deliveries: SqlWebhookDeliveries, generationId: string | undefined) {
  const [delivery] = await deliveries.list(generationId ?? '');
  if (!delivery) throw new Error('no delivery');
  return delivery;
}

describe('a message', () => {
  it('that is not taken is sent again under the same id after growing waits, then given up', async () => {
    const { origin, received } = await receiver((_request, response) => response.writeHead(500).end());
    const { deliveries, sender } = webhooks([origin]);
    const [id] = await ended([origin]);
    const waits: number[] = [];
    for (let delivery = await only(deliveries, id); delivery.state === 'pending';) {
      await sender.sendAllDue();
      await sender.sendAllDue();
      delivery = await only(deliveries, id);
      waits.push(delivery.nextTimeMs - clock.now());
      clock.advance(Math.max(0, delivery.nextTimeMs - clock.now()));
    }
    expect(waits).toEqual([5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 0]);
    expect(received).toHaveLength(7);
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`msg_${id}_1`]));
    expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(7);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    const { state, tries, log } = await only(deliveries, id);
    expect({ state, tries, log: log.map(({ status }) => status) }).toEqual({
      state: 'failed',
      tries: 7,
      log: [500, 500, 500, 500, 500, 500, 500],
    });
  });

  it('is put off as the receiver asks, and stops when it wants nothing more', async () => {
    const answers = [429, 410];
    const { origin } = await receiver((_request, response) =>
      response.writeHead(answers.shift() ?? 500, { 'retry-after': '100' }).end(),
    );
    const { deliveries, sender } = webhooks([origin]);
    const [id] = await ended([origin]);
    await sender.sendAllDue();
    expect((await only(deliveries, id)).nextTimeMs - clock.now()).toBe(100_000);
    clock.advance(100_000);
    await sender.sendAllDue();
    expect(await only(deliveries, id)).toMatchObject({ state: 'failed', tries: 2 });
  });

  it('is sent again by somebody else when its sender dies, under the same id, but not before', async () => {
    const { origin, received } = await receiver();
    const dead = webhooks([origin]);
    const alive = webhooks([origin]);
    const [id] = await ended([origin]);
    const [claimed] = await dead.deliveries.claim({ places: 1, perHost: 1, sending: new Map() });
    await alive.sender.sendAllDue();
    expect(received).toEqual([]);
    clock.advance(sendingLeaseMs);
    await alive.sender.sendAllDue();
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([`msg_${id}_1`]);
    // It was not dead after all: its outcome comes too late to count.
    const tried = { startTimeMs: 0, durationMs: 0, status: 500, error: '' };
    const late = claimed && (await dead.deliveries.finish(claimed, tried, { state: 'failed', nextTimeMs: 0 }));
    expect(late).toBe(false);
    expect(await only(alive.deliveries, id)).toMatchObject({ state: 'delivered', tries: 1 });
  });

  it('that was sent but whose outcome could not be stored is sent again', async () => {
    const { origin, received } = await receiver();
    const { deliveries, secrets, fetcher, sender } = webhooks([origin]);
    const forgetful = Object.assign(Object.create(deliveries) as SqlWebhookDeliveries, {
      finish: () => Promise.reject(new Error('killed')),
    });
    const dying = new WebhookSender({ ...senderTools({ secrets, fetcher }), deliveries: forgetful });
    const [id] = await ended([origin]);
    await dying.sendAllDue();
    expect(received).toHaveLength(1);
    clock.advance(sendingLeaseMs);
    await sender.sendAllDue();
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([`msg_${id}_1`, `msg_${id}_1`]);
  });

  it('under way when the service stops is given back at once, not lost', async () => {
    const { origin, received } = await receiver(() => {});
    const { deliveries, sender } = webhooks([origin]);
    const [id] = await ended([origin]);
    const sending = sender.sendAllDue();
    while (received.length === 0) await setImmediate();
    await sender.stop(0);
    await sending;
    expect(await only(deliveries, id)).toMatchObject({ state: 'pending', tries: 0, log: [] });
    expect(await deliveries.nextDue()).toBeLessThanOrEqual(clock.now());
  });

  it('is forgotten with its generation, also while it is under way', async () => {
    let answer = (): void => {};
    const { origin, received } = await receiver((_request, response) => (answer = () => response.end()));
    const { deliveries, sender } = webhooks([origin]);
    const [id] = await ended([origin]);
    const sending = sender.sendAllDue();
    while (received.length === 0) await setImmediate();
    await db.deleteFrom('generations').execute();
    answer();
    await sending;
    expect(await deliveries.list(id ?? '')).toEqual([]);
  });
});

describe('a receiver', () => {
  it('inside our network is never reached, whatever its name says when it is asked', async () => {
    const inside = await receiver();
    const answers = ['93.184.216.34', '10.0.0.7'];
    const { deliveries, sender } = webhooks([], async () => [{ address: answers.pop() ?? '', family: 4 }]);
    const [id] = await ended([`https://rebind.example/`]);
    await sender.sendAllDue();
    expect(await only(deliveries, id)).toMatchObject({
      state: 'pending',
      log: [{ status: 0, error: 'private_address' }],
    });
    expect(inside.received).toEqual([]);
  });

  it('that sends on to a private address gets no further', async () => {
    const inside = await receiver();
    const outside = await receiver((_request, response) => response.writeHead(307, { location: inside.origin }).end());
    const { deliveries, sender } = webhooks([outside.origin, inside.origin]);
    const [id] = await ended([outside.origin]);
    await sender.sendAllDue();
    expect(await only(deliveries, id)).toMatchObject({ state: 'pending', log: [{ status: 307 }] });
    expect(inside.received).toEqual([]);
  });

  it('whose address an operator took back is not asked again', async () => {
    const { origin, received } = await receiver();
    const { deliveries, sender } = webhooks([]);
    const [id] = await ended([origin]);
    await sender.sendAllDue();
    expect(await only(deliveries, id)).toMatchObject({ state: 'failed', log: [{ error: 'url_not_allowed' }] });
    expect(received).toEqual([]);
  });

  it('with an answer without end has taken the message', async () => {
    const { origin } = await receiver((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const { deliveries, sender } = webhooks([origin]);
    const [id] = await ended([origin]);
    await sender.sendAllDue();
    expect(await only(deliveries, id)).toMatchObject({ state: 'delivered' });
  });
});

function senderTools(more: Pick<WebhookSenderTools, 'secrets' | 'fetcher'>): WebhookSenderTools {
  const { deliveries } = webhooks([]);
  return { deliveries, clock, random: { fraction: () => 0.5 }, logger, version: 'test', ...more };
}

describe('ten thousand messages that are due', () => {
  it('leave in a bounded stream, of which no host gets more than its share, and nobody waits behind a slow one', async () => {
    const [first] = await ended(['https://slow.example/hook']);
    await multiply(first, 9_996);
    clock.advance(1);
    await ended(['https://a.example/', 'https://b.example/', 'https://c.example/']);
    const open: { url: string; answer: () => void }[] = [];
    const most = { together: 0, slow: 0 };
    const isSlow = ({ url }: { url: string }): boolean => url.includes('slow');
    const post = (url: string): Promise<{ status: number }> =>
      new Promise((resolve) => {
        open.push({ url, answer: () => resolve({ status: 204 }) });
        most.together = Math.max(most.together, open.length);
        most.slow = Math.max(most.slow, open.filter(isSlow).length);
      });
    const secrets = { signing: async () => ['whsec_c2VjcmV0'] };
    const sender = new WebhookSender(senderTools({ secrets, fetcher: { post } }));
    const sending = sender.sendAllDue();
    while (open.length < 7) await setImmediate();
    expect(open.filter(isSlow)).toHaveLength(4);
    for (let round = 0; round < 20; round += 1) {
      const answered = open.splice(0);
      for (const { answer } of answered) answer();
      while (open.length < 4) await setImmediate();
    }
    expect(most).toEqual({ together: 7, slow: 4 });
    const stopped = sender.stop(0);
    for (const { answer } of open) answer();
    await stopped;
    await sending;
    const { rows } = await waiting();
    expect(rows).toBe(9_997 - 84);
  }, 60_000);

  it('are shared by two processes without sending one twice', async () => {
    const ids = await ended(Array.from({ length: 60 }, (_, index) => `https://host-${index % 6}.example/`));
    const sent: string[] = [];
    const post = async (_url: string, { headers }: { headers: Readonly<Record<string, string>> }) => {
      await setImmediate();
      sent.push(headers['webhook-id'] ?? '');
      return { status: 200 };
    };
    const secrets = { signing: async () => ['whsec_c2VjcmV0'] };
    const senders = [1, 2].map(() => new WebhookSender(senderTools({ secrets, fetcher: { post } })));
    await Promise.all(senders.map((sender) => sender.sendAllDue()));
    expect(sent.toSorted()).toEqual(ids.map((id) => `msg_${id}_1`).toSorted());
  });
});

async function waiting(): Promise<{ rows: number }> {
  const found = await db.selectFrom('webhook_deliveries').select('number').where('state', '=', 'pending').execute();
  return { rows: found.length };
}

describe('secrets', () => {
  it('are one for each owner, also when they are asked for at the same time', async () => {
    const { secrets } = webhooks([]);
    const made = await Promise.all(Array.from({ length: 5 }, () => secrets.current('mia')));
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(1);
    expect(made[0]?.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await secrets.current('noah')).secret).not.toBe(made[0]?.secret);
  });

  it('that are replaced sign too for a day, and never more than four', async () => {
    const { secrets } = webhooks([]);
    const first = await secrets.current('olga');
    const second = await secrets.rotate('olga');
    expect(second).toMatchObject({ previousExpireTimeMs: clock.now() + 86_400_000 });
    expect(await secrets.signing('olga')).toEqual([second.secret, first.secret]);
    clock.advance(86_400_000);
    expect(await secrets.signing('olga')).toEqual([second.secret]);
    for (let round = 0; round < 6; round += 1) {
      clock.advance(1_000);
      await secrets.rotate('olga');
    }
    const signing = await secrets.signing('olga');
    expect(signing).toHaveLength(4);
    expect((await secrets.current('olga')).secret).toBe(signing[0]);
  });

  it('replaced by two at once leave one that stays', async () => {
    const { secrets } = webhooks([]);
    await Promise.all([secrets.rotate('pete'), secrets.rotate('pete')]);
    const { secret } = await secrets.current('pete');
    const stays = await db.selectFrom('webhook_secrets').select('secret').where('expire_time', 'is', null).execute();
    expect(stays).toContainEqual({ secret });
    expect(await secrets.signing('pete')).toHaveLength(2);
  });
});

it('a fetch that fails is a try with its reason', async () => {
  const { deliveries } = webhooks([]);
  const post = () => Promise.reject(new FetchFailedError('timeout'));
  const sender = new WebhookSender(
    senderTools({ secrets: { signing: async () => ['whsec_c2VjcmV0'] }, fetcher: { post } }),
  );
  const [id] = await ended(['https://a.example/']);
  await sender.sendAllDue();
  expect(await only(deliveries, id)).toMatchObject({ state: 'pending', log: [{ status: 0, error: 'timeout' }] });
});
