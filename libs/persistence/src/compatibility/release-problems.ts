import type { Migration } from 'kysely/migration';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../database.js';
import { migrate } from '../migrate.js';
import { type SchemaShape, schemaShape } from './schema-shape.js';
import { shapeProblems } from './shape-problems.js';
import { statementProblems } from './statement-problems.js';

/** What the last release left behind, to hold the next one against. */
export interface SchemaBaseline {
  readonly migrations: readonly string[];
  readonly shape: SchemaShape;
  /** What its code sends, `$1` for values. */
  readonly statements: readonly string[];
}

/** Name of a migration that takes away what the previous release no longer uses: `0017_contract_old_names`. */
const contracting = /^\d+_contract_/;
const shown = 160;

/**
 * Whether the previous release can go on working while and after the new migrations run: everything is only added to, nothing of
 * what was released is changed, and the database still understands each of its statements. Answers one line per problem.
 * @param database an empty one; the schema is made in it
 */
export async function releaseProblems(
  database: Database,
  schema: string,
  migrations: Readonly<Record<string, Migration>>,
  baseline: SchemaBaseline,
): Promise<string[]> {
  const names = Object.keys(migrations).toSorted();
  const released = names.slice(0, baseline.migrations.length);
  if (!isDeepStrictEqual(released, baseline.migrations)) {
    const gone = baseline.migrations.filter((name) => !names.includes(name));
    const early = released.filter((name) => !baseline.migrations.includes(name));
    return [
      ...gone.map((name) => `${schema}: migration ${name} was released and is gone; installations have run it`),
      ...early.map((name) => `${schema}: migration ${name} sorts before released ones; give it a higher number`),
    ];
  }
  const db = database.kysely<unknown>({ unlimited: true });
  await migrate(database, schema, Object.fromEntries(released.map((name) => [name, migrations[name] as Migration])));
  const before = await schemaShape(db, schema);
  if (!isDeepStrictEqual(before, baseline.shape)) {
    const differences = [
      ...shapeProblems(schema, baseline.shape, before),
      ...shapeProblems(schema, before, baseline.shape),
    ];
    const where = [...new Set(differences.map((one) => one.where))].join(', ') || 'a default or a rule';
    return [`${schema}: a released migration was changed (${where}); installations have run it: write a new one`];
  }
  await migrate(database, schema, migrations);
  const after = await schemaShape(db, schema);
  const fresh = names.slice(released.length);
  const contracts = fresh.some((name) => contracting.test(name));
  const broken = await statementProblems(db, baseline.statements);
  return [
    ...shapeProblems(schema, baseline.shape, after)
      .filter(({ contractable }) => !(contractable && contracts))
      .map(({ where, what, contractable }) => `${where} ${what}${contractable ? advice(fresh) : ''}`),
    ...broken.map(
      ({ statement, message }) => `${schema}: the previous release sends “${statement.slice(0, shown)}”: ${message}`,
    ),
  ];
}

function advice(fresh: readonly string[]): string {
  const number = /^\d+/.exec(fresh.at(-1) ?? '')?.[0] ?? '0001';
  return `; the previous release runs on this schema too. Once a release does without it, do it in ${number}_contract_…`;
}
