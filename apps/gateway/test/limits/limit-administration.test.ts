import { type Database, migrate } from '@atelier/persistence';
import { openTestDatabase } from '@atelier/testing';
import { gatewaySchema, migrations } from '../../src/identity/migrations.js';
import { LimitAdministration } from '../../src/limits/limit-administration.js';
import { LimitRules } from '../../src/limits/limit-rules.js';
import { LimitStore } from '../../src/limits/limit-store.js';

let database: Database;
const warnings: unknown[] = [];
const opened: LimitAdministration[] = [];

beforeAll(async () => {
  database = (await openTestDatabase()).database;
  await migrate(database, gatewaySchema, migrations);
});
afterEach(() => {
  for (const administration of opened.splice(0)) administration.close();
});
afterAll(() => database.close());

/** One gateway's view, read again every few milliseconds. */
async function replica(store = new LimitStore(database)): Promise<LimitAdministration> {
  const rules = new LimitRules({ user: { requests_per_minute: 100 }, key: {}, endpoint: {}, global: {} });
  const administration = new LimitAdministration(store, rules, { warn: (...line: unknown[]) => warnings.push(line) });
  await administration.start(5);
  opened.push(administration);
  return administration;
}

const limitOf = ({ rules }: LimitAdministration) => rules.everybody.user.requests_per_minute;
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe('rules that administrators set', () => {
  it('hold here at once, and in every other gateway when it reads again', async () => {
    const [one, two] = [await replica(), await replica()];
    await one.put({ scope: 'user', subject: '*', requests_per_minute: 7 }, 'boss');
    expect(limitOf(one)).toBe(7);
    await until(() => limitOf(two) === 7);
    await two.delete('user', '*');
    expect(limitOf(two)).toBe(100);
    await until(() => limitOf(one) === 100);
  });

  it('are there after a restart', async () => {
    await (await replica()).put({ scope: 'user', subject: '*', requests_per_minute: 8 }, 'boss');
    const next = await replica();
    expect(limitOf(next)).toBe(8);
    expect(await next.delete('user', '*')).toBe(true);
    expect(await next.delete('user', '*')).toBe(false);
  });

  it('stay as they were last known while the database is away, and one line says so', async () => {
    let broken = false;
    const store = new (class extends LimitStore {
      override all() {
        return broken ? Promise.reject(new Error('away')) : super.all();
      }
    })(database);
    const administration = await replica(store);
    await administration.put({ scope: 'user', subject: '*', requests_per_minute: 9 }, 'boss');
    warnings.length = 0;
    broken = true;
    await until(() => warnings.length > 0);
    expect(limitOf(administration)).toBe(9);
    broken = false;
    await new LimitStore(database).delete('user', '*');
    await until(() => limitOf(administration) === 100);
    expect(warnings).toHaveLength(1);
  });
});
