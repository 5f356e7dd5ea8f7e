import { timingSafeEqual } from 'node:crypto';
import type { Scope } from '@atelier/identity';
import { type Database, jsonb } from '@atelier/persistence';
import { type Kysely, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { createApiKey, hashApiKey } from './api-key.js';
import type { RequestRates } from '../limits/limit-scope.js';
import { gatewaySchema } from './migrations.js';

interface Tables {
  api_keys: {
    id: string;
    key_hash: string;
    owner: string;
    name: string | null;
    scopes: string[];
    limits: RequestRates | null;
    first_start: boolean;
    created_at: Date;
    expires_at: Date | null;
    last_used_at: Date | null;
    revoked_at: Date | null;
  };
}

/** A key as it is stored: never the key itself. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly owner: string;
  readonly name: string | null;
  readonly scopes: readonly Scope[];
  readonly limits: RequestRates | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** What a new key may do and until when. */
export interface NewApiKey {
  readonly owner: string;
  readonly scopes: readonly Scope[];
  readonly name?: string | undefined;
  readonly limits?: RequestRates | undefined;
  readonly expiresAt?: Date | undefined;
}

const columns = ['id', 'owner', 'name', 'scopes', 'limits', 'created_at', 'expires_at', 'last_used_at'] as const;

/** API keys in SQL, by their hash. */
export class ApiKeyStore {
  readonly #db: Kysely<Tables>;

  constructor(
    database: Database,
    private readonly environment: string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.#db = database.kysely<Tables>().withSchema(gatewaySchema);
  }

  /** The key is answered here and never again. */
  async create(key: NewApiKey): Promise<{ key: string; record: ApiKeyRecord }> {
    const { clear, row } = this.#newRow(key, false);
    const stored = await this.#db.insertInto('api_keys').values(row).returning(columns).executeTakeFirstOrThrow();
    return { key: clear, record: toRecord(stored) };
  }

  /** The administrator's key of the first start; undefined when there was one before, even if it was revoked. */
  async createFirst(key: NewApiKey): Promise<string | undefined> {
    const { clear, row } = this.#newRow(key, true);
    const stored = await this.#db
      .insertInto('api_keys')
      .values(row)
      .onConflict((conflict) => conflict.column('first_start').where('first_start', '=', true).doNothing())
      .returning('id')
      .executeTakeFirst();
    return stored && clear;
  }

  /** The valid key with this hash. Notes its use, at most once a minute and without making the caller wait. */
  async findByHash(hash: string): Promise<ApiKeyRecord | undefined> {
    const now = this.now();
    const found = await this.#db
      .selectFrom('api_keys')
      .select([...columns, 'key_hash'])
      .where('key_hash', '=', hash)
      .where('revoked_at', 'is', null)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
      .executeTakeFirst();
    if (!found || !timingSafeEqual(Buffer.from(found.key_hash), Buffer.from(hash))) return undefined;
    void this.#noteUse(found.id, now).catch(() => undefined);
    return toRecord(found);
  }

  /** True for a key that was not revoked. */
  async exists(id: string): Promise<boolean> {
    const found = await this.#db
      .selectFrom('api_keys')
      .select('id')
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return found !== undefined;
  }

  /** A key that was not revoked. */
  async find(id: string): Promise<ApiKeyRecord | undefined> {
    const found = await this.#db
      .selectFrom('api_keys')
      .select(columns)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return found && toRecord(found);
  }

  /** Newest first, starting after the id in `after`. */
  async list(limit: number, after?: string): Promise<ApiKeyRecord[]> {
    let query = this.#db.selectFrom('api_keys').select(columns).where('revoked_at', 'is', null);
    if (after) query = query.where('id', '<', after);
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(toRecord);
  }

  /** False when there is no such key. */
  async revoke(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('api_keys')
      .set({ revoked_at: this.now() })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return Number(numUpdatedRows) > 0;
  }

  async #noteUse(id: string, now: Date): Promise<void> {
    await this.#db
      .updateTable('api_keys')
      .set({ last_used_at: now })
      .where('id', '=', id)
      .where(sql<boolean>`(last_used_at is null or last_used_at < ${new Date(now.getTime() - 60_000)})`)
      .execute();
  }

  #newRow(key: NewApiKey, firstStart: boolean) {
    const clear = createApiKey(this.environment);
    const row = {
      id: uuidv7(),
      key_hash: hashApiKey(clear),
      owner: key.owner,
      name: key.name ?? null,
      scopes: [...key.scopes],
      limits: key.limits ? jsonb(key.limits) : null,
      first_start: firstStart,
      created_at: this.now(),
      expires_at: key.expiresAt ?? null,
      last_used_at: null,
      revoked_at: null,
    };
    return { clear, row };
  }
}

function toRecord(row: Pick<Tables['api_keys'], (typeof columns)[number]>): ApiKeyRecord {
  return {
    id: row.id,
    owner: row.owner,
    name: row.name,
    scopes: row.scopes as Scope[],
    limits: row.limits,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
