import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresql } from '@atelier/local-servers';

/** Works with the PostgreSQL that TEST_DATABASE_URL names, or with one of its own that is gone afterwards. */
export async function withPostgresql<Result>(work: (server: string) => Promise<Result>): Promise<Result> {
  const named = process.env['TEST_DATABASE_URL'];
  if (named) return work(named);
  const folder = mkdtempSync(join(tmpdir(), 'atelier-postgresql-'));
  // PostgreSQL may run as another account.
  chmodSync(folder, 0o711);
  const server = await startPostgresql({ folder: join(folder, 'data'), durable: false });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
