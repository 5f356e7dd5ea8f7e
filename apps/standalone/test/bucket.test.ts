import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generationEvents, startStandaloneProcess, StartFailed } from './standalone-process.js';

const server = process.env['TEST_STORAGE_URL'];
if (!server && process.env['CI'] === 'true') throw new Error('no S3 server: with CI=true this journey must run');
if (!server)
  process.stderr.write('NOT RUN: a generation with its files in S3. Set TEST_STORAGE_URL=s3://… to run it.\n');

(server ? it : it.skip)(
  'files live in a bucket: made, shown, shown in part and deleted, and none is on the disk',
  async () => {
    const url = new URL(server ?? '');
    url.pathname = `/journey-${randomUUID()}`;
    const key = { STORAGE_ACCESS_KEY_ID: 'any', STORAGE_SECRET_ACCESS_KEY: 'a-secret-of-the-bucket' };
    const atelier = await startStandaloneProcess({ env: { STORAGE_URL: url.href, ...key } });
    try {
      const wish = { prompt: 'a red boat on a calm lake', workflow_type: 'image_generation' };
      const { id } = (await (await atelier.request('POST', '/api/v1/generations', wish)).json()) as { id: string };
      await generationEvents(atelier, id);
      const made = (await (await atelier.request('GET', `/api/v1/generations/${id}`)).json()) as {
        status: string;
        outputs: { url: string }[];
      };
      expect(made.status).toBe('succeeded');
      const link = new URL(made.outputs[0]?.url ?? '', atelier.url);
      const whole = await fetch(link);
      const bytes = Buffer.from(await whole.arrayBuffer());
      expect([whole.status, Number(whole.headers.get('content-length'))]).toEqual([200, bytes.length]);
      const part = await fetch(link, { headers: { range: 'bytes=100-199' } });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${bytes.length}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
      expect((await fetch(link, { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);

      const form = new FormData();
      form.set('file', new Blob([bytes]), 'boat.png');
      const headers = { authorization: `Bearer ${atelier.key}` };
      const upload = await fetch(`${atelier.url}/api/v1/uploads`, { method: 'POST', headers, body: form });
      expect(upload.status).toBe(201);
      expect((await atelier.request('DELETE', `/api/v1/generations/${id}`)).status).toBe(204);
      expect((await fetch(link)).status).toBe(404);
      expect(existsSync(join(atelier.dataDir, 'files'))).toBe(false);
      expect(atelier.output()).not.toContain('a-secret-of-the-bucket');
    } finally {
      await atelier.stop();
    }
  },
);

it('an address that is no bucket ends the start with one line', async () => {
  const start = startStandaloneProcess({ env: { STORAGE_URL: 's3://key:a-secret@bucket' } });
  const failure = (await start.catch((error: unknown) => error)) as StartFailed;
  expect(failure).toBeInstanceOf(StartFailed);
  expect(failure.code).toBe(78);
  expect(failure.output).toContain('STORAGE_URL: must hold no key: use STORAGE_ACCESS_KEY_ID');
  expect(failure.output).not.toContain('a-secret');
});
