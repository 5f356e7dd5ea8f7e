import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root, startStandaloneProcess } from './standalone-process.js';

const run = promisify(execFile);

/** The commands of a document as they are written, on a fresh Atelier. */
async function runCommandsOf(path: string): Promise<string> {
  const text = readFileSync(join(root, path), 'utf8');
  const block = /<!-- run by a test -->\n```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  expect(block).toContain('curl');
  const atelier = await startStandaloneProcess();
  try {
    const script = block.replace(
      /^export URL=.*$/m,
      `export URL=${atelier.url} KEY=$(cat ${atelier.dataDir}/admin-key)`,
    );
    return (await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root })).stdout;
  } finally {
    await atelier.stop();
  }
}

it('runs the curl journey of the README as it is written', async () => {
  const output = await runCommandsOf('README.md');
  expect(output).toContain('"workflow_type":"image_generation"');
  expect(output).toContain('event: succeeded');
  expect(output).toContain('"status":"succeeded"');
});

it('runs the image job of docs/playground.md as it is written', async () => {
  const output = await runCommandsOf('docs/playground.md');
  expect(output).toContain('"status":"pending"');
  expect(output).toContain('event: completed');
  expect(output).toMatch(/"result_image_urls":\["\/files\//);
});
