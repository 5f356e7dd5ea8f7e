import { ProviderError } from '@atelier/model-providers';
import { Gate } from '../../test/fake-provider.js';
import { ProviderCalls } from './provider-calls.js';

const { signal } = new AbortController();
const calls = (retries = {}) =>
  new ProviderCalls('replicate', { maxConcurrent: 1, retries: { floor: 2, ratio: 0, now: () => 0, ...retries } });
const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof ProviderError ? error.kind : error),
  );

it('lets as many submissions run as there are places, and the others wait', async () => {
  const one = calls();
  const gate = new Gate();
  let second = false;
  const first = one.submit(() => gate.opened, signal);
  const waiting = one.submit(async () => (second = true), signal);
  await one.lookUp('job', async () => 'lookups have places of their own', signal);
  expect(second).toBe(false);
  gate.open();
  await Promise.all([first, waiting]);
  expect(second).toBe(true);
});

it('has bought nothing for a caller that left while it waited', async () => {
  const one = calls();
  const gate = new Gate();
  const first = one.submit(() => gate.opened, signal);
  const leave = new AbortController();
  let tried = false;
  const waiting = one.submit(async () => (tried = true), leave.signal);
  leave.abort();
  await expect(waiting).rejects.toMatchObject({ kind: 'not_bought', options: { isAbandoned: true } });
  expect(tried).toBe(false);
  gate.open();
  await first;
});

it('keeps the error of a call that was made', async () => {
  const broken = () => Promise.reject(new ProviderError('unknown', 'replicate', 'reset'));
  expect(await kindOf(calls().submit(broken, signal))).toBe('unknown');
});

it('repeats failing lookups only as often as the budget allows, each job for itself', async () => {
  const one = calls();
  let asked = 0;
  const failing = async () => {
    asked += 1;
    throw new ProviderError('not_bought', 'replicate', 'down');
  };
  for (let round = 0; round < 9; round += 1) await kindOf(one.lookUp('a', failing, signal));
  expect(asked).toBe(3);
  await kindOf(one.lookUp('b', failing, signal));
  expect(asked).toBe(4);
});

it('does not count lookups that follow a successful one', async () => {
  const one = calls();
  for (let round = 0; round < 9; round += 1)
    expect(await one.lookUp('a', async () => 'processing', signal)).toBe('processing');
  expect(one.takeRetry() && one.takeRetry()).toBe(true);
  expect(one.takeRetry()).toBe(false);
});
