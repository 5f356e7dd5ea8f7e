import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectoryInUseError, lockDataDirectory } from '../src/index.js';
import { startChild } from './start-child.js';

describe('the lock of the data directory', () => {
  let directory: string;
  beforeEach(() => (directory = join(mkdtempSync(join(tmpdir(), 'atelier-lock-')), 'data')));
  afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

  const attempt = (): unknown => {
    try {
      lockDataDirectory(directory).release();
      return 'locked';
    } catch (error) {
      return error;
    }
  };

  it('makes the directory for its owner only', () => {
    const lock = lockDataDirectory(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    lock.release();
  });

  it('refuses a second holder in one line that names the directory and the process', () => {
    const lock = lockDataDirectory(directory);
    const refusal = attempt();
    expect(refusal).toBeInstanceOf(DataDirectoryInUseError);
    expect((refusal as Error).message).toBe(
      `${directory} is in use by process ${process.pid}; stop it or choose another DATA_DIR`,
    );
    lock.release();
    lock.release();
    expect(attempt()).toBe('locked');
  });

  it('is free the moment a process that held it is killed', async () => {
    const child = startChild('hold-lock', directory);
    for await (const line of child.lines) if (line === 'locked') break;
    expect(attempt()).toMatchObject({ name: 'DataDirectoryInUseError', pid: child.pid });
    await child.kill();
    expect(attempt()).toBe('locked');
  }, 20_000);

  it('does not believe a pid file, only the lock', () => {
    lockDataDirectory(directory).release();
    writeFileSync(join(directory, 'lock.json'), JSON.stringify({ pid: process.pid }));
    expect(attempt()).toBe('locked');
  });

  it('refuses without a name while the holder has not written its own', () => {
    const lock = lockDataDirectory(directory);
    writeFileSync(join(directory, 'lock.json'), '');
    expect(attempt()).toMatchObject({ message: expect.stringContaining('in use by another process') });
    lock.release();
  });
});
