import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of its own that runs a file of `children/` from source. */
export interface Child {
  readonly pid: number | undefined;
  /** Lines of its output, as they come. */
  readonly lines: AsyncIterable<string>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts `children/<name>.ts`. */
export function startChild(name: string, ...args: string[]): Child {
  const here = import.meta.dirname;
  const loader = join(here, 'run-from-source.mjs');
  const child = spawn(process.execPath, ['--import', loader, join(here, 'children', `${name}.ts`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  return {
    pid: child.pid,
    lines: createInterface({ input: child.stdout }),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
