import { jsonb } from '@atelier/persistence';
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import { endMessage } from '../domain/delivery-message.js';
import type { Generation } from '../domain/generation.js';
import type { DeliveryStore } from '../domain/own-deliveries.js';
import type { Clock, Random } from '../domain/ports.js';
import { longestLog, type DeliveryState, type DeliveryTry, type WebhookDelivery } from '../domain/webhook-delivery.js';
import type { GenerationSchema } from './schema.js';
import type { WebhookDeliveryTable } from './webhook-tables.js';

/** Longer than any try takes; afterwards its sender must have died, and the message is sent again. */
export const sendingLeaseMs = 60_000;

/** A delivery that the holder of the lease sends. */
export interface ClaimedDelivery extends WebhookDelivery {
  readonly leaseId: string;
  readonly ownerId: string;
  readonly host: string;
  readonly body: string;
}

/** What may be sent at once. */
export interface SendingRoom {
  readonly places: number;
  readonly perHost: number;
  /** Messages under way by host. */
  readonly sending: ReadonlyMap<string, number>;
}

/** The row of the message that the end of a generation makes; undefined when it makes none. */
export function deliveryRow(generation: Generation, publicUrl?: string): Insertable<WebhookDeliveryTable> | undefined {
  const message = endMessage(generation, publicUrl);
  if (!message) return undefined;
  const endTime = new Date(generation.endTimeMs ?? generation.updateTimeMs);
  return {
    ...message,
    generation_id: generation.generationId,
    number: 1,
    owner_id: generation.ownerId,
    host: URL.parse(message.url)?.host ?? '',
    next_time: endTime,
    create_time: endTime,
  };
}

/** Deliveries in SQL. Whoever sends one holds it under a lease by the service's clock; its outcome is fenced by that lease. */
export class SqlWebhookDeliveries implements DeliveryStore {
  constructor(
    private readonly db: Kysely<GenerationSchema>,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly random: Pick<Random, 'id'>,
  ) {}

  async list(generationId: string): Promise<WebhookDelivery[]> {
    const rows = await this.db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('generation_id', '=', generationId)
      .orderBy('number')
      .execute();
    return rows.map(toDelivery);
  }

  async redeliver(generationId: string, number: number): Promise<WebhookDelivery | 'pending' | undefined> {
    const again = await this.db
      .updateTable('webhook_deliveries')
      .set({ state: 'pending', step: 0, next_time: new Date(this.clock.now()), end_time: null })
      .where((eb) => eb.and({ generation_id: generationId, number }))
      .where('state', '<>', 'pending')
      .returningAll()
      .executeTakeFirst();
    if (again) return toDelivery(again);
    const known = await this.db
      .selectFrom('webhook_deliveries')
      .select('state')
      .where((eb) => eb.and({ generation_id: generationId, number }))
      .executeTakeFirst();
    return known && 'pending';
  }

  /** Takes what is due, earliest first, but of no host more than it has room for. */
  async claim({ places, perHost, sending }: SendingRoom): Promise<ClaimedDelivery[]> {
    const now = new Date(this.clock.now());
    const until = new Date(this.clock.now() + sendingLeaseMs);
    const { rows } = await sql<Selectable<WebhookDeliveryTable>>`
      with recursive hosts (host) as (
        (select host from generation.webhook_deliveries where state = 'pending' order by host limit 1)
        union all
        select (
          select next.host from generation.webhook_deliveries as next
          where next.state = 'pending' and next.host > hosts.host order by next.host limit 1
        ) from hosts where hosts.host is not null
      ),
      due as materialized (
        select found.* from hosts
        left join unnest(${[...sending.keys()]}::text[], ${[...sending.values()]}::integer[]) as busy (host, sending)
          on busy.host = hosts.host
        cross join lateral (
          select own.generation_id, own.number, own.next_time from generation.webhook_deliveries as own
          where own.state = 'pending' and own.host = hosts.host and own.next_time <= ${now}
            and (own.lease_until is null or own.lease_until <= ${now})
          order by own.next_time limit greatest(0, ${perHost}::integer - coalesce(busy.sending, 0))
        ) as found
        order by found.next_time limit ${places}
      ),
      free as materialized (
        select own.generation_id, own.number from due
        join generation.webhook_deliveries as own using (generation_id, number)
        where own.state = 'pending' and (own.lease_until is null or own.lease_until <= ${now})
        for update of own skip locked
      )
      update generation.webhook_deliveries as own set lease_id = ${this.random.id()}, lease_until = ${until}
      from free where own.generation_id = free.generation_id and own.number = free.number
      returning own.*`.execute(this.db);
    return rows.flatMap((row) => {
      const { lease_id: leaseId, owner_id: ownerId, host, body } = row;
      return leaseId === null ? [] : [{ ...toDelivery(row), leaseId, ownerId, host, body }];
    });
  }

  /** Stores what became of a try; false when the lease is not held any more. */
  async finish(
    { generationId, number, leaseId, tries, step, log }: ClaimedDelivery,
    tried: DeliveryTry,
    next: { readonly state: DeliveryState; readonly nextTimeMs: number },
  ): Promise<boolean> {
    const nextTime = new Date(next.nextTimeMs);
    const finished = await this.db
      .updateTable('webhook_deliveries')
      .set({
        state: next.state,
        tries: tries + 1,
        step: step + 1,
        log: jsonb([...log, tried].slice(-longestLog)),
        next_time: nextTime,
        lease_id: null,
        lease_until: null,
        end_time: next.state === 'pending' ? null : nextTime,
      })
      .where((eb) => eb.and({ generation_id: generationId, number, lease_id: leaseId }))
      .returning('number')
      .executeTakeFirst();
    return finished !== undefined;
  }

  /** Gives a delivery back untried. */
  async release({ generationId, number, leaseId }: ClaimedDelivery): Promise<void> {
    await this.db
      .updateTable('webhook_deliveries')
      .set({ lease_id: null, lease_until: null })
      .where((eb) => eb.and({ generation_id: generationId, number, lease_id: leaseId }))
      .execute();
  }

  /** Takes back the leases of processes that are gone. Only for a database that no other process can have open. */
  async takeOver(): Promise<void> {
    await this.db
      .updateTable('webhook_deliveries')
      .set({ lease_id: null, lease_until: null })
      .where('lease_id', 'is not', null)
      .execute();
  }

  /** When the next delivery that nobody sends is due, in epoch milliseconds. */
  async nextDue(): Promise<number | undefined> {
    const row = await this.db
      .selectFrom('webhook_deliveries')
      .select('next_time')
      .where('state', '=', 'pending')
      .where('lease_id', 'is', null)
      .orderBy('next_time')
      .limit(1)
      .executeTakeFirst();
    return row?.next_time.getTime();
  }
}

function toDelivery(row: Selectable<WebhookDeliveryTable>): WebhookDelivery {
  const { generation_id: generationId, number, event, url, state, tries, step, log } = row;
  return {
    generationId,
    number,
    event,
    url,
    state,
    tries,
    step,
    log,
    nextTimeMs: row.next_time.getTime(),
    createTimeMs: row.create_time.getTime(),
    ...(row.end_time ? { endTimeMs: row.end_time.getTime() } : {}),
  };
}
