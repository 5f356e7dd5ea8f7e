import { UploadGate } from './upload-gate.js';

const open = new AbortController().signal;
const forever = (): Promise<never> => new Promise(() => {});

it('refuses uploads that find neither a place nor room to wait, and says when to come back', async () => {
  const gate = new UploadGate({}, { held: 1, waiting: 0, decoded: 1 });
  void gate.run(forever, open);
  await expect(gate.run(forever, open)).rejects.toMatchObject({ reason: 'UPLOADS_BUSY', retryAfterMs: 2_000 });
});

it('decodes while slow senders still send', async () => {
  const gate = new UploadGate({}, { held: 3, waiting: 0, decoded: 1 });
  void gate.run(forever, open);
  void gate.run(forever, open);
  await expect(gate.run(() => gate.decode(async () => 'decoded'), open)).resolves.toBe('decoded');
});

it('decodes no more at once than it may', async () => {
  const gate = new UploadGate({}, { held: 3, waiting: 0, decoded: 1 });
  let now = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now -= 1;
  };
  await Promise.all([1, 2, 3].map(() => gate.run(() => gate.decode(work), open)));
  expect(most).toBe(1);
});

it('forgets a sender that leaves while it waits', async () => {
  const gate = new UploadGate({}, { held: 1, waiting: 1, decoded: 1 });
  const first = Promise.withResolvers<void>();
  const leaving = new AbortController();
  const running = gate.run(() => first.promise, open);
  const waiting = gate.run(() => Promise.reject(new Error('must never run')), leaving.signal);
  leaving.abort();
  await expect(waiting).rejects.toMatchObject({ reason: 'UPLOADS_BUSY' });
  const next = gate.run(async () => 'next', open);
  first.resolve();
  await running;
  await expect(next).resolves.toBe('next');
});

it('passes on what an upload fails with', async () => {
  const gate = new UploadGate({});
  await expect(gate.run(() => Promise.reject(new RangeError('no')), open)).rejects.toThrow(RangeError);
});
