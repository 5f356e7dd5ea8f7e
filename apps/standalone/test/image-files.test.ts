import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@atelier/local-servers';
import { root } from './standalone-process.js';

const tool = join(root, 'tools/image-files.mjs');
const folder = mkdtempSync(join(tmpdir(), 'atelier-image-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One that is all JavaScript, and one with native code that is loaded before it finds no database. */
const services = [
  ['classifier', /"msg":"serving"/],
  ['playground-processor', /ECONNREFUSED|database/i],
] as const;

describe.each(services)('the image of %s', (name, sign) => {
  const image = join(folder, name);

  it('has what the service loads, and starts it', async () => {
    execFileSync(process.execPath, [tool, name, image], {
      stdio: 'ignore',
      env: { ...process.env, SERVICE_VERSION: '1.2.3' },
    });
    const child = spawn(process.execPath, ['--enable-source-maps', 'main.mjs'], {
      cwd: image,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOST: '127.0.0.1',
        GRPC_PORT: String(await freePort()),
        PORT: String(await freePort()),
        DATA_DIR: join(folder, 'data'),
        IDENTITY_SECRET: 'a-secret-for-a-service-from-its-image',
        ADMIN_API_KEY: 'an-administrator-key-for-a-service-from-its-image',
        DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
      },
    });
    let output = '';
    try {
      await new Promise<void>((resolve) => {
        const read = (chunk: Buffer): void => {
          output += chunk.toString();
          if (sign.test(output)) resolve();
        };
        child.stdout.on('data', read);
        child.stderr.on('data', read);
        child.once('exit', () => resolve());
      });
    } finally {
      child.kill('SIGKILL');
    }
    expect(output).toMatch(sign);
    expect(output).not.toMatch(/ERR_MODULE_NOT_FOUND|Cannot find|ENOENT/);
  }, 120_000);

  it('has nothing of other services, no tests and no sources, and says what it consists of', () => {
    expect(readdirSync(join(image, 'apps')).filter((one) => one !== name && one !== 'web')).toEqual([]);
    expect(existsSync(join(image, `apps/${name}/src`))).toBe(false);
    expect(existsSync(join(image, 'node_modules/jest'))).toBe(false);
    const bill = JSON.parse(readFileSync(join(image, 'sbom.cdx.json'), 'utf8')) as {
      metadata: { component: object };
      components: { name: string; purl: string }[];
    };
    expect(bill.metadata.component).toMatchObject({ name: `atelier-${name}`, version: '1.2.3' });
    expect(bill.components).toContainEqual(
      expect.objectContaining({ name: '@grpc/grpc-js', purl: expect.stringContaining('pkg:npm/%40grpc/grpc-js@1.') }),
    );
    rmSync(image, { recursive: true });
  });
});
