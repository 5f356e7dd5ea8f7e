import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './standalone-process.js';

const tool = (await import(pathToFileURL(join(root, 'tools/service-version.mjs')).href)) as {
  foldersOf(app: string, at?: string): string[];
  serviceVersion(app: string, at?: string): string;
};

let repository: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
};
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false', ...args], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  }).trim();
const commit = (path: string, text: string): string => {
  write(path, text);
  git('add', '.');
  git('commit', '-q', '-m', path);
  return git('rev-parse', 'HEAD').slice(0, 8);
};
const packageOf = (dependencies: object): string => JSON.stringify({ version: '0.2.0', dependencies });

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'atelier-history-'));
  git('init', '-q');
  write('apps/one/package.json', packageOf({ '@atelier/near': '0.2.0', pg: '1' }));
  write('apps/other/package.json', packageOf({}));
  write('libs/near/package.json', packageOf({ '@atelier/far': '0.2.0' }));
  write('libs/far/package.json', packageOf({}));
  commit('README.md', 'x');
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

const version = (app: string): string => tool.serviceVersion(app, repository);

it('moves with the app, with what it is built from near and far, and with what all are built from', () => {
  const seen = [version('one')];
  for (const [at, path] of [
    'apps/one/src/a.ts',
    'libs/near/src/a.ts',
    'libs/far/src/a.ts',
    'proto/a.proto',
    'package-lock.json',
  ].entries()) {
    const last = commit(path, 'changed');
    expect(version('one')).toBe(`0.2.0-${at + 2}.g${last}`);
    seen.push(version('one'));
  }
  expect(new Set(seen).size).toBe(6);
});

it('stays when others change, and when nothing changes that runs', () => {
  const before = version('one');
  for (const path of [
    'apps/other/src/a.ts',
    'apps/one/test/a.test.ts',
    'libs/far/src/a.spec.ts',
    'apps/one/README.md',
    'docs/a.md',
  ])
    commit(path, 'changed');
  expect(version('one')).toBe(before);
  expect(version('other')).not.toBe(before);
});

it('says when what is built is in no commit', () => {
  const before = version('one');
  write('libs/far/src/a.ts', 'not committed');
  expect(version('one')).toBe(`${before}-dirty`);
  expect(version('other')).not.toContain('dirty');
});

it('is the package’s where there is no history, and refuses to guess where it is cut off', () => {
  commit('apps/one/src/a.ts', 'second');
  const whole = repository;
  repository = `${whole}-shallow`;
  execFileSync('git', ['clone', '-q', '--depth', '1', pathToFileURL(whole).href, repository]);
  expect(() => version('one')).toThrow('this clone has no history');
  rmSync(join(repository, '.git'), { recursive: true });
  expect(version('one')).toBe('0.2.0');
  rmSync(repository, { recursive: true, force: true });
  repository = whole;
});

it('fits a label of Kubernetes and a tag of an image', () => {
  write('libs/far/src/a.ts', 'not committed');
  expect(version('one')).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
});

it('knows what the services of this repository are made of', () => {
  expect(tool.foldersOf('classifier')).toEqual(
    expect.arrayContaining(['apps/classifier', 'libs/contracts', 'libs/grpc']),
  );
  expect(tool.foldersOf('classifier')).not.toContain('apps/gateway');
});
