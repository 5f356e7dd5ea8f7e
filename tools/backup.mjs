// `npm run backup` and `npm run restore`: database, files and keys of one installation, into a folder and back.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const help = `npm run backup -- <folder>    writes a back-up of this installation into a new folder
npm run restore -- <folder>   brings it back into an empty database and an empty DATA_DIR

The installation is what the environment and .env name, as for npm start: DATABASE_URL (pg_dump, while everything runs) or the
embedded database in DATA_DIR (stop it first), and what else is in DATA_DIR. Files in a bucket (STORAGE_URL) stay where they are.

--resume   restore: let waiting generations run at once. Otherwise the queue is paused: what waited when the back-up was made may
           have been done, and paid for, since.`;

/** For the person at the terminal: one line. */
class Refusal extends Error {}

const schemas = ['analytics', 'gateway', 'generation', 'generation_queue', 'playground', 'presets'];
/** Of a running process, or copied by itself. */
const passing = new Set(['lock', 'lock.json', 'database']);

try {
  const { values, positionals } = readArguments();
  const [command, folder] = positionals;
  if (values.help) console.log(help);
  else if (positionals.length !== 2 || !['make', 'restore'].includes(command))
    throw new Refusal('name one folder; --help says more');
  else await (command === 'make' ? make(resolve(folder)) : restore(resolve(folder), values.resume));
  process.exit(0);
} catch (error) {
  const isForPeople = ['Refusal', 'ConfigError', 'DataDirectoryInUseError', 'NoDatabaseError'].includes(
    error.constructor.name,
  );
  console.error(isForPeople ? error.message : error);
  process.exit(1);
}

function readArguments() {
  try {
    const options = {
      resume: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    };
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${error.message}; --help says more`);
  }
}

async function make(folder) {
  if (existsSync(folder)) throw new Refusal(`${folder} is there already; name a new folder`);
  const { databaseUrl, dataDir, bucket } = await settings();
  const unfinished = `${folder}.unfinished`;
  if (existsSync(unfinished))
    throw new Refusal(
      `${unfinished} is there: a back-up is under way or was interrupted; delete it or name another folder`,
    );
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    const lock = databaseUrl ? undefined : await lockEmbedded(dataDir);
    // The database first: a file is there before its record, so that each record finds its file, unless both are deleted meanwhile.
    if (databaseUrl) dump(databaseUrl, join(unfinished, 'database.dump'));
    else copy(join(dataDir, 'database'), join(unfinished, 'database'));
    if (existsSync(dataDir)) copyRest(dataDir, join(unfinished, 'data'), lock !== undefined);
    lock?.release();
    const manifest = {
      time: new Date().toISOString(),
      database: databaseUrl ? 'postgresql' : 'embedded',
      filesIn: bucket ? 'bucket' : 'folder',
      sums: await sumsOf(unfinished),
    };
    writeFileSync(join(unfinished, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    renameSync(unfinished, folder);
    console.log(`Back-up of ${Object.keys(manifest.sums).length} files in ${folder}`);
    if (bucket) console.log('The files are in the bucket and not in this back-up: keep versions of them there.');
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function restore(folder, resume) {
  const manifest = await readManifest(folder);
  const { databaseUrl, dataDir } = await settings();
  const isEmbedded = manifest.database === 'embedded';
  if (isEmbedded === Boolean(databaseUrl))
    throw new Refusal(
      `the back-up is of ${isEmbedded ? 'an embedded database: unset DATABASE_URL' : 'PostgreSQL: set DATABASE_URL'}`,
    );
  const taken = existsSync(dataDir) ? readdirSync(dataDir).filter((name) => !['lock', 'lock.json'].includes(name)) : [];
  if (taken.length > 0) throw new Refusal(`${dataDir} is not empty; restore into an empty DATA_DIR`);
  const persistence = await import('@atelier/persistence');
  if (databaseUrl) {
    await refuseTakenDatabase(persistence, databaseUrl);
    load(databaseUrl, join(folder, 'database.dump'));
  } else copy(join(folder, 'database'), join(dataDir, 'database'));
  if (existsSync(join(folder, 'data'))) copy(join(folder, 'data'), dataDir);
  const open = await pauseQueue(persistence, { databaseUrl, dataDir }, resume);
  console.log(`Restored the back-up of ${manifest.time}`);
  console.log(
    resume
      ? `${open} generations go on when the services start.`
      : `The queue is paused, ${open} generations wait. After a look at them: POST /api/v1/admin/queue/resume`,
  );
}

async function settings() {
  const { loadConfig, loadDotEnv, storageConfig } = await import('@atelier/service-defaults');
  const { z } = await import('zod');
  loadDotEnv();
  const text = () => z.string().optional();
  const config = loadConfig({ ...storageConfig, DATABASE_URL: text(), STORAGE_URL: text() });
  return {
    databaseUrl: config.DATABASE_URL,
    dataDir: resolve(config.DATA_DIR),
    bucket: config.STORAGE_URL !== undefined,
  };
}

async function lockEmbedded(dataDir) {
  if (!existsSync(join(dataDir, 'database')))
    throw new Refusal(`there is no database in ${dataDir}; set DATA_DIR or DATABASE_URL`);
  const { lockDataDirectory } = await import('@atelier/persistence');
  return lockDataDirectory(dataDir);
}

function dump(databaseUrl, file) {
  postgres('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${file}`], databaseUrl);
}

function load(databaseUrl, file) {
  const whole = ['--exit-on-error', '--single-transaction', '--no-owner', '--no-privileges'];
  postgres(
    'pg_restore',
    [...whole, `--dbname=dbname='${databaseOf(databaseUrl).replaceAll(/[\\']/g, '\\$&')}'`, file],
    databaseUrl,
  );
}

function databaseOf(databaseUrl) {
  return decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
}

/** The password goes through the environment: a command line can be read by everybody on the machine. */
function postgres(program, args, databaseUrl) {
  const { hostname, port, username, password, searchParams } = new URL(databaseUrl);
  const env = {
    PGHOST: hostname.replace(/^\[|\]$/g, ''),
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: databaseOf(databaseUrl),
    ...(searchParams.has('sslmode') ? { PGSSLMODE: searchParams.get('sslmode') } : {}),
  };
  const ran = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  if (ran.error?.code === 'ENOENT')
    throw new Refusal(`${program} is missing; install PostgreSQL's client (postgresql-client)`);
  if (ran.status !== 0) throw new Refusal(`${program} failed: ${(ran.stderr ?? '').trim().split('\n')[0]}`);
}

async function refuseTakenDatabase({ openPostgres }, databaseUrl) {
  const { sql } = await import('kysely');
  const database = await openPostgres(databaseUrl);
  try {
    const { rows } = await sql`select nspname as name from pg_namespace where nspname = any (${schemas})`.execute(
      database.kysely(),
    );
    if (rows.length > 0)
      throw new Refusal(`the database has the schema ${rows[0].name} already; restore into an empty one`);
  } finally {
    await database.close();
  }
}

/** Answers how many generations are not over. */
async function pauseQueue({ openExistingDatabase }, where, resume) {
  const { sql } = await import('kysely');
  const database = await openExistingDatabase(where);
  try {
    const db = database.kysely();
    if (!resume)
      await sql`insert into generation.queue_pauses (provider, paused_by, pause_time) values ('', 'restore', now()) on conflict do nothing`.execute(
        db,
      );
    const { rows } =
      await sql`select count(*)::int as open from generation.generations where state in ('queued', 'running')`.execute(
        db,
      );
    return rows[0].open;
  } finally {
    await database.close();
  }
}

function copy(from, to) {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

/** The spool only where nothing runs: a process that runs writes it and holds its locks. */
function copyRest(dataDir, to, isStopped) {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(dataDir)) {
    if (passing.has(name) || (name === 'spool' && !isStopped)) continue;
    if (name === 'files') copyFiles(join(dataDir, name), join(to, name));
    else copy(join(dataDir, name), join(to, name));
  }
}

/** While others write and delete them: what is not whole yet has no record, and what has just gone needs no copy. */
function copyFiles(from, to) {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === '.unfinished') continue;
    const [source, copied] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFiles(source, copied);
    else copyUnlessGone(source, copied);
  }
}

function copyUnlessGone(source, copied) {
  try {
    const { atime, mtime } = statSync(source);
    copyFileSync(source, copied);
    utimesSync(copied, atime, mtime);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

async function sumsOf(folder) {
  const sums = {};
  const files = readdirSync(folder, { recursive: true }).toSorted();
  for (const name of files) {
    const path = join(folder, name);
    if (name === 'manifest.json' || !statSync(path).isFile()) continue;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    sums[name] = hash.digest('hex');
  }
  return sums;
}

async function readManifest(folder) {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) throw new Refusal(`${folder} is no back-up: it has no manifest.json`);
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const sums = await sumsOf(folder);
  const wrong = Object.keys({ ...manifest.sums, ...sums }).find((name) => manifest.sums[name] !== sums[name]);
  if (wrong) throw new Refusal(`the back-up is damaged: ${wrong} is missing or not what was written`);
  return manifest;
}
