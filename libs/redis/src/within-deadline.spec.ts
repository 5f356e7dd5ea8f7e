import { createConnection, createServer } from 'node:net';
import { DeadlineError, withinDeadline } from './within-deadline.js';

it('refuses to wait longer', async () => {
  await expect(withinDeadline(new Promise(() => undefined), 1)).rejects.toBeInstanceOf(DeadlineError);
});

it('passes on what was answered, good or bad', async () => {
  await expect(withinDeadline(Promise.resolve(5), 1_000)).resolves.toBe(5);
  await expect(withinDeadline(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
});

it('takes an answer that arrived while the process was busy', async () => {
  const server = createServer((socket) => socket.write('answer'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = createConnection({
    host: '127.0.0.1',
    port: typeof address === 'object' && address ? address.port : 0,
  });
  await new Promise((resolve) => server.once('connection', resolve));
  const answer = new Promise<string>((resolve) => client.once('data', (data) => resolve(data.toString())));
  const judged = withinDeadline(answer, 5);
  const end = performance.now() + 40;
  while (performance.now() < end);
  expect(await judged).toBe('answer');
  client.destroy();
  server.close();
});
