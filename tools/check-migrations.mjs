// Holds the migrations of every service against what the last release left behind: its schema, and the statements its code sends.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { node, root, run } from './run.mjs';

const services = {
  analytics: { app: 'analytics', module: 'infra/migrations.js' },
  gateway: { app: 'gateway', module: 'identity/migrations.js' },
  generation: { app: 'generation', module: 'infra/migrations.js' },
  playground: { app: 'playground-processor', module: 'infra/migrations.js' },
  presets: { app: 'presets', module: 'infra/migrations.js' },
};

const jest = join(root, 'node_modules/jest/bin/jest.js');
const { values } = parseArgs({
  options: {
    baseline: { type: 'boolean', default: false },
    'keep-statements': { type: 'boolean', default: false },
    service: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(`node tools/check-migrations.mjs [--baseline] [--service <name>]…

Says whether the last release can work on the schema that this tree makes: nothing that it reads or writes is gone or demands more,
no released migration was changed, and the database still understands every statement that its code sends. Needs a build and no
server. What the last release was is in apps/<service>/schema.baseline.json.

--baseline  at a release: writes those files anew. The tests of the services run on a PostgreSQL of their own meanwhile, which
            notes what they send; takes minutes. Refused while the check has something to say.
--keep-statements  with --baseline: runs no tests; the statements stay those of the release before
--service   only this one: ${Object.keys(services).join(', ')}`);
  process.exit(0);
}
const unknown = values.service?.find((name) => !services[name]);
if (unknown) {
  console.error(`There is no service ${unknown} with a schema; there are ${Object.keys(services).join(', ')}.`);
  process.exit(1);
}
const names = values.service ?? Object.keys(services);
const { openPglite, releaseProblems, schemaShape, migrate, statementProblems } = await import('@atelier/persistence');

const baselineOf = (name) => join(root, 'apps', services[name].app, 'schema.baseline.json');
async function migrationsOf(name) {
  const path = join(root, 'apps', services[name].app, 'dist', services[name].module);
  if (!existsSync(path)) throw new Error(`${path} is missing: npm run build`);
  return (await import(pathToFileURL(path).href)).migrations;
}

const database = await openPglite('memory');
const problems = [];
try {
  for (const name of names) {
    if (!existsSync(baselineOf(name))) {
      if (!values.baseline) problems.push(`${baselineOf(name)} is missing: node tools/check-migrations.mjs --baseline`);
      continue;
    }
    const baseline = JSON.parse(readFileSync(baselineOf(name), 'utf8'));
    const migrations = await migrationsOf(name);
    // A migration that fails, with its name, is a problem like the others.
    const failed = (error) => [error.message];
    problems.push(...(await releaseProblems(database, name, migrations, baseline).catch(failed)));
  }
} finally {
  await database.close();
}
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exit(1);
if (values.baseline) await writeBaselines();
process.exit(0);

async function writeBaselines() {
  const keeping = values['keep-statements'];
  const { startPostgresql } = await import('@atelier/local-servers');
  const folder = mkdtempSync(join(tmpdir(), 'atelier-statements-'));
  // PostgreSQL may run as another account.
  chmodSync(folder, 0o711);
  const noting = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.max=20000'];
  const server = keeping
    ? undefined
    : await startPostgresql({ folder: join(folder, 'postgresql'), durable: false }, noting);
  const fresh = await openPglite('memory');
  try {
    for (const name of names) {
      const migrations = await migrationsOf(name);
      await migrate(fresh, name, migrations);
      const db = fresh.kysely({ unlimited: true });
      const sent = server ? distinct(await record(server.url, name)) : keptOf(name);
      // What the tests send to schemas of other times, and what only the server that runs it can understand.
      const unread = await statementProblems(db, sent);
      for (const { statement, message } of unread) console.log(`left out: ${statement.slice(0, 120)}: ${message}`);
      const refused = new Set(unread.map(({ statement }) => statement));
      const statements = sent.filter((text) => !refused.has(text)).toSorted();
      const shape = await schemaShape(db, name);
      const text = JSON.stringify({ migrations: Object.keys(migrations).toSorted(), shape, statements }, null, 2);
      writeFileSync(baselineOf(name), `${text}\n`);
      const tables = Object.keys(shape.tables).length;
      console.log(`${name}: ${tables} tables, ${statements.length} statements, ${refused.size} left out`);
    }
  } finally {
    await fresh.close();
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  run('oxfmt', names.map(baselineOf));
}

function keptOf(name) {
  return existsSync(baselineOf(name)) ? JSON.parse(readFileSync(baselineOf(name), 'utf8')).statements : [];
}

/** What the tests of a service send, as PostgreSQL itself writes it down. */
async function record(url, name) {
  const { openPostgres } = await import('@atelier/persistence');
  const { sql } = await import('kysely');
  const { app } = services[name];
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--maxWorkers=1',
    '--forceExit',
  ];
  const { status } = spawnSync(node, args, {
    cwd: join(root, 'apps', app),
    env: { ...process.env, TEST_DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) console.log(`${app}: some tests fail; what they would have sent may be missing`);
  const noted = await openPostgres(url);
  try {
    const db = noted.kysely();
    await sql`create extension if not exists pg_stat_statements`.execute(db);
    const { rows } = await sql`select distinct query from pg_stat_statements`.execute(db);
    return (
      rows
        .map(({ query }) => preparable(query.replace(/\s+/g, ' ').trim()))
        .filter((text) => /^(select|insert|update|delete|with|merge)\b/i.test(text))
        // Partitions are made and named while a release runs.
        .filter((text) => !/_\d{4}_\d{2}\b/.test(text))
        .filter((text) => new RegExp(`\\b${name}"?\\.`).test(text))
    );
  } finally {
    await noted.close();
  }
}

/** PostgreSQL notes `interval $3` for a constant, which it can't read back; what is left is numbered without gaps. */
function preparable(statement) {
  const numbers = new Map();
  const number = (name) => numbers.get(name) ?? numbers.set(name, `$${numbers.size + 1}`).get(name);
  return statement.replace(/\binterval \$\d+/gi, "interval '1 day'").replace(/\$\d+/g, number);
}

/** One of those that differ in the length of their lists alone. */
function distinct(statements) {
  const byForm = new Map();
  for (const text of statements.toSorted((one, other) => one.length - other.length)) {
    const form = text
      .replace(/\$\d+(::\w+(\[\])?)?(, \$\d+(::\w+(\[\])?)?)+/g, '$…')
      .replace(/\$\d+/g, '$…')
      .replace(/\(\$…\)(, \(\$…\))+/g, '($…)');
    if (!byForm.has(form)) byForm.set(form, text);
  }
  return [...byForm.values()];
}
