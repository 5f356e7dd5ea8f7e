import { randomUUID } from 'node:crypto';
import { type Database, openPglite, openPostgres } from '@atelier/persistence';
import { sql } from 'kysely';

/** A database of a test's own; `url` where a server serves it. */
export interface TestDatabase {
  readonly database: Database;
  readonly url?: string;
  close(): Promise<void>;
}

/**
 * A fresh database: on the server of TEST_DATABASE_URL, where closing it drops it, or embedded, where there is no server or
 * TEST_DATABASE=embedded asks for it.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server || process.env['TEST_DATABASE'] === 'embedded') {
    const database = await openPglite('memory');
    return { database, close: () => database.close() };
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const maintenance = await openPostgres(server);
  await sql`create database ${sql.id(name)}`.execute(maintenance.kysely());
  const url = new URL(server);
  url.pathname = name;
  const database = await openPostgres(url.href);
  const disconnect = database.close.bind(database);
  const close = async (): Promise<void> => {
    await disconnect();
    await sql`drop database ${sql.id(name)} with (force)`.execute(maintenance.kysely());
    await maintenance.close();
  };
  return { database: Object.assign(database, { close }), url: url.href, close };
}
