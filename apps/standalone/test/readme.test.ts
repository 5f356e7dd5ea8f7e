import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root, startStandaloneProcess } from './standalone-process.js';

const run = promisify(execFile);

it('runs the curl journey of the README as it is written', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const block = /<!-- run by a test -->\n```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(block).toContain('curl');
  const atelier = await startStandaloneProcess();
  try {
    const script = block.replace(
      /^export URL=.*$/m,
      `export URL=${atelier.url} KEY=$(cat ${atelier.dataDir}/admin-key)`,
    );
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root });
    expect(stdout).toContain('"workflow_type":"image_generation"');
    expect(stdout).toContain('event: succeeded');
    expect(stdout).toContain('"status":"succeeded"');
  } finally {
    await atelier.stop();
  }
});
