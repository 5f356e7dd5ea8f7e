// `node tools/service-version.mjs <app>`: the version of a deployable from its own history. What does not change it leaves its version.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawnSync } from 'node:child_process';
import { root } from './run.mjs';

/** What every app is built from beside its own folder and those of its libraries; as `sharedGlobals` in nx.json. */
const shared = [
  'package-lock.json',
  'tsconfig.base.json',
  'proto',
  'buf.gen.yaml',
  'tools/generate.mjs',
  'deploy/Dockerfile',
];
/** What an app hands out that is built elsewhere. */
const served = { gateway: ['apps/web', 'docs'] };
/** What is in those folders and not in what runs; as `production` in nx.json. */
const left = ['**/*.spec.ts', '*/*/test/**', '*/*/README.md', '*/*/jest.*.mjs'];

/** Folders of the workspace that an app is made of: its own and those of its dependencies, near and far. */
export function foldersOf(app, at = root) {
  const found = new Set();
  const add = (folder) => {
    if (found.has(folder) || !existsSync(join(at, folder, 'package.json'))) return;
    found.add(folder);
    const { dependencies = {}, nx = {} } = JSON.parse(readFileSync(join(at, folder, 'package.json'), 'utf8'));
    const names = [...Object.keys(dependencies), ...(nx.implicitDependencies ?? [])];
    for (const name of names.filter((one) => one.startsWith('@atelier/'))) {
      const short = name.slice('@atelier/'.length);
      add(`libs/${short}`);
      add(`apps/${short}`);
    }
  };
  add(`apps/${app}`);
  return [...found].toSorted();
}

/**
 * `0.1.0-123.gabc1234`: the package's version, how many commits concern the app, and the last of them; `-dirty` with changes
 * that are in none. Fits a label of Kubernetes and a tag of an image. The package's version alone where there is no history.
 */
export function serviceVersion(app, at = root) {
  const file = join(at, 'apps', app, 'package.json');
  if (!existsSync(file)) throw new Error(`there is no app ${app}`);
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  const git = (...args) => {
    const run = spawnSync('git', args, { cwd: at, encoding: 'utf8' });
    return run.status === 0 ? run.stdout.trim() : undefined;
  };
  if (git('rev-parse', '--is-inside-work-tree') !== 'true' || git('rev-parse', 'HEAD') === undefined) return version;
  if (git('rev-parse', '--is-shallow-repository') === 'true')
    throw new Error('this clone has no history (git fetch --unshallow): the version can’t be told');
  const paths = [
    '--',
    ...foldersOf(app, at),
    ...(served[app] ?? []),
    ...shared,
    ...left.map((one) => `:(exclude,glob)${one}`),
  ];
  const count = git('rev-list', '--count', 'HEAD', ...paths);
  const last = git('log', '-1', '--format=%H', ...paths);
  if (!last) return version;
  const dirty = git('status', '--porcelain', '--untracked-files=normal', ...paths) === '' ? '' : '-dirty';
  return `${version}-${count}.g${last.slice(0, 8)}${dirty}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [app, ...more] = process.argv.slice(2);
  if (app === '--help' || app === '-h') {
    console.log(`node tools/service-version.mjs <app>

Prints the version of an app: 0.1.0-123.gabc1234 – the version in its package.json, the number of commits that concern it or
what it is built from, and the last of them; -dirty with uncommitted changes to any of that. Images are tagged with it and
processes report it as service_version.`);
  } else if (!app || more.length > 0) {
    console.error('Which app? node tools/service-version.mjs <app>');
    process.exit(64);
  } else {
    try {
      console.log(serviceVersion(app));
    } catch (error) {
      console.error(`service-version: ${error.message}`);
      process.exit(1);
    }
  }
}
