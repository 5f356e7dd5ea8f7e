import { gauge, measureAs } from './metrics.js';
import { startOpsServer } from './ops-server.js';

it('tells the version with every probe and on every metric, without touching labels that a metric has', async () => {
  let isReady = false;
  measureAs('0.1.0-7.gabc1234');
  gauge({ name: 'atelier_test_things', help: 'Things of a test', labelNames: ['kind'] }).set({ kind: 'a' }, 2);
  const options = { host: '127.0.0.1', port: 0, version: '0.1.0-7.gabc1234', isReady: () => isReady };
  const server = await startOpsServer(options);
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  try {
    expect(await get('/live')).toEqual({ status: 200, text: '{"status":"ok","service_version":"0.1.0-7.gabc1234"}\n' });
    expect(await get('/ready')).toMatchObject({ status: 503, text: expect.stringContaining('"not ready"') });
    isReady = true;
    expect(await get('/ready')).toMatchObject({ status: 200 });
    expect((await get('/metrics')).text).toContain(
      'atelier_test_things{kind="a",service_version="0.1.0-7.gabc1234"} 2',
    );
  } finally {
    await server.close();
  }
});
