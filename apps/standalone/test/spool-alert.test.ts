import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Standalone, startStandalone } from '../src/index.js';

const adminKey = 'an-administrator-key-for-a-test-of-spools';
const folder = mkdtempSync(join(tmpdir(), 'atelier-spool-'));
let atelier: Standalone;
beforeAll(async () => {
  atelier = await startStandalone(
    {
      PORT: '0',
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      ADMIN_API_KEY: adminKey,
      ALERT_EVALUATION_INTERVAL: '1',
      // Nobody answers there.
      KAFKA_BROKERS: '127.0.0.1:1',
    },
    () => {},
  );
}, 120_000);
afterAll(async () => {
  await atelier.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const send = (method: string, path: string, body?: object): Promise<Response> =>
  fetch(atelier.url + path, {
    method,
    headers: { 'x-api-key': adminKey, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

it('sees the events that wait on disk while Kafka is away, although they can not be counted', async () => {
  await send('POST', '/api/v1/admin/alerts/rules', { name: 'Spool', kind: 'spool_growing', threshold: 1 });
  for (;;) {
    const answer = await send('GET', '/api/v1/admin/alerts?open=true');
    const { items } = (await answer.json()) as { items: { rule_name: string; subject: string; value: number }[] };
    const found = items.find(({ subject }) => subject === 'gateway');
    if (found) return expect(found).toMatchObject({ rule_name: 'Spool', value: expect.any(Number) });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}, 90_000);
