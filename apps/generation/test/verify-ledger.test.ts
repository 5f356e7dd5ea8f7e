import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase } from '@atelier/persistence';
import { sql } from 'kysely';
import { migrations } from '../src/infra/migrations.js';
import { verifyLedgerCommand } from '../src/verify-ledger-command.js';

const dataDir = mkdtempSync(join(tmpdir(), 'atelier-ledger-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function verify(env: NodeJS.ProcessEnv) {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  return { code: await verifyLedgerCommand({ env, out: add, report: add }), lines };
}

describe('npm run verify:ledger', () => {
  it('makes no database where there is none', async () => {
    const nowhere = join(dataDir, 'nowhere');
    const { code, lines } = await verify({ DATA_DIR: nowhere });
    expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringContaining('there is no database in')] });
    expect(existsSync(nowhere)).toBe(false);
  });

  it('says in one line that a server is not there', async () => {
    const { code, lines } = await verify({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
    expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringContaining("the database can't be opened: ")] });
  });

  it('says that a database has no ledger, that one balances, and what is wrong with one that does not', async () => {
    const database = await openDatabase({ dataDir });
    await database.close();
    expect(await verify({ DATA_DIR: dataDir })).toMatchObject({
      code: 2,
      lines: [expect.stringMatching(/no ledger yet/)],
    });

    const again = await openDatabase({ dataDir });
    await migrate(again, 'generation', migrations);
    await again.close();
    expect(await verify({ DATA_DIR: dataDir })).toEqual({ code: 0, lines: ['the ledger balances'] });

    const spoilt = await openDatabase({ dataDir });
    await sql`insert into generation.budget_windows values ('day', '', '2026-11-21', 5, 0)`.execute(spoilt.kysely());
    expect(await verify({ DATA_DIR: dataDir })).toMatchObject({ code: 2, lines: [expect.stringMatching(/in use/)] });
    await spoilt.close();
    expect(await verify({ DATA_DIR: dataDir })).toMatchObject({ code: 1, lines: [expect.any(String), '1 violations'] });
  }, 180_000);
});
