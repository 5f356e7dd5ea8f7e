import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecisionTable, MAX_TABLE_BYTES } from '../../domain/decision-table.js';
import { readTableFile } from './read-table-file.js';
import { WatchedTable, type WatchedTableOptions } from './watched-table.js';

const builtIn = readFileSync(new URL('../../../data/decision-table.csv', import.meta.url), 'utf8');
const edited = builtIn.replace('text_to_video,,audio=off', 'text_to_video,,audio=off;quality=low');
const broken = builtIn.replace('any,any,refused', 'any,any,loud');
const versionOf = (text: string): string => DecisionTable.parse(text).version;

const directory = mkdtempSync(join(tmpdir(), 'atelier-table-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function watch(path: string, options: Partial<WatchedTableOptions> = {}) {
  const replaced: string[] = [];
  const refused: string[] = [];
  const watched = new WatchedTable((await readTableFile(path)).digest, {
    path,
    onReplaced: ({ version }) => replaced.push(version),
    onRefused: ({ message }) => refused.push(message),
    ...options,
  });
  const settle = async (): Promise<void> => {
    await watched.look();
    await watched.look();
  };
  return { watched, replaced, refused, settle };
}

describe('WatchedTable', () => {
  it('takes over a file that was replaced, once', async () => {
    const path = join(directory, 'replaced.csv');
    writeFileSync(path, builtIn);
    const { replaced, refused, settle } = await watch(path);
    await settle();
    expect(replaced).toEqual([]);
    writeFileSync(`${path}.new`, edited);
    renameSync(`${path}.new`, path);
    await settle();
    await settle();
    expect({ replaced, refused }).toEqual({ replaced: [versionOf(edited)], refused: [] });
  });

  it('sees a change that leaves size and time as they were', async () => {
    const path = join(directory, 'same-time.csv');
    const then = new Date(1_700_000_000_000);
    writeFileSync(path, builtIn.replace('# Which', '# What_'));
    utimesSync(path, then, then);
    const { replaced, settle } = await watch(path);
    writeFileSync(path, builtIn.replace('# Which', '# Whats'));
    utimesSync(path, then, then);
    await settle();
    expect(replaced).toHaveLength(1);
  });

  it('follows the links of a mounted ConfigMap', async () => {
    const mount = join(directory, 'mount');
    for (const [name, text] of [
      ['..old', builtIn],
      ['..new', edited],
    ] as const) {
      mkdirSync(join(mount, name), { recursive: true });
      writeFileSync(join(mount, name, 'table.csv'), text);
    }
    symlinkSync('..old', join(mount, '..data'));
    symlinkSync(join('..data', 'table.csv'), join(mount, 'table.csv'));
    const { replaced, settle } = await watch(join(mount, 'table.csv'));
    symlinkSync('..new', join(mount, '..data_tmp'));
    renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    rmSync(join(mount, '..old'), { recursive: true });
    await settle();
    expect(replaced).toEqual([versionOf(edited)]);
  });

  it('takes no notice of a file that is still being written', async () => {
    const path = join(directory, 'growing.csv');
    writeFileSync(path, builtIn);
    const { watched, replaced, refused } = await watch(path);
    for (const size of [100, 900, edited.length]) {
      writeFileSync(path, edited.slice(0, size));
      await watched.look();
    }
    expect({ replaced, refused }).toEqual({ replaced: [], refused: [] });
    await watched.look();
    expect({ replaced, refused }).toEqual({ replaced: [versionOf(edited)], refused: [] });
  });

  it('refuses a broken table once, naming the line, and takes the next good one', async () => {
    const path = join(directory, 'broken.csv');
    writeFileSync(path, builtIn);
    const { replaced, refused, settle } = await watch(path);
    writeFileSync(path, broken);
    await settle();
    await settle();
    expect({ replaced, refused }).toEqual({
      replaced: [],
      refused: ['Line 7 of the decision table: sound cannot be "loud".'],
    });
    writeFileSync(path, builtIn);
    await settle();
    expect(replaced).toEqual([versionOf(builtIn)]);
  });

  it.each<[string, (path: string) => void, RegExp]>([
    ['is gone', (path) => rmSync(path), /can't be read/],
    ['is a directory', (path) => (rmSync(path), mkdirSync(path)), /can't be read/],
    ['is a pipe', (path) => (rmSync(path), execFileSync('mkfifo', [path])), /can't be read/],
    ['is empty', (path) => writeFileSync(path, ''), /lacks the columns/],
    ['is too large', (path) => writeFileSync(path, '#'.repeat(MAX_TABLE_BYTES + 1)), /larger than 1000000 bytes/],
    ['is no text', (path) => writeFileSync(path, Buffer.alloc(500, 0xff)), /lacks the columns/],
  ])('lets the table in force stand while the file %s', async (name, spoil, problem) => {
    const path = join(directory, `${name.replaceAll(' ', '-')}.csv`);
    writeFileSync(path, builtIn);
    const { replaced, refused, settle } = await watch(path);
    spoil(path);
    await settle();
    await settle();
    expect({ replaced, refused }).toEqual({ replaced: [], refused: [expect.stringMatching(problem)] });
  });

  it('looks at its interval, one look at a time, until the service ends', async () => {
    let tick: () => void = () => undefined;
    let stopped = false;
    let reads = 0;
    let finish: () => void = () => undefined;
    const { watched } = await watch(join(directory, 'none.csv'), {
      everyMs: 700,
      every: (ms, run) => {
        expect(ms).toBe(700);
        tick = run;
        return () => {
          stopped = true;
        };
      },
      read: () =>
        new Promise((resolve) => {
          reads += 1;
          finish = () => resolve({ digest: 'x', text: '' });
        }),
    });
    watched.onApplicationBootstrap();
    tick();
    tick();
    expect(reads).toBe(1);
    finish();
    await watched.look();
    tick();
    expect(reads).toBe(2);
    finish();
    watched.onModuleDestroy();
    expect(stopped).toBe(true);
  });
});
