import { encodeStatus, ServiceError } from '@atelier/errors';
import type { CallContext } from '@atelier/grpc';
import fc from 'fast-check';
import { canaryBands } from './canary-bands.js';
import { type BatchItem, MicroBatcher } from './micro-batcher.js';

const context = (over: Partial<CallContext> = {}): CallContext => ({ requestId: 'r', identityToken: 't', ...over });
const failed = (reason: string) =>
  encodeStatus(new ServiceError({ domain: 'test', reason, code: 'INVALID_ARGUMENT', title: reason }, reason));

/** The next batch leaves a few microtasks after the answer before it. */
const nextBatch = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function build() {
  const sent: { items: BatchItem<number>[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const contexts: CallContext[] = [];
  const batcher = new MicroBatcher<number, string>(
    (items, common) => {
      contexts.push(common);
      const { promise, resolve, reject } = Promise.withResolvers<{ response?: string; errorStatus?: Uint8Array }[]>();
      const answer = (): void =>
        resolve(
          items.map(({ request }) =>
            request < 0 ? { errorStatus: failed(`BAD${request}`) } : { response: `answer ${request}` },
          ),
        );
      sent.push({ items, answer, fail: reject });
      return promise;
    },
    canaryBands([1, 10, 50]),
  );
  return { batcher, sent, contexts };
}

it('sends a lone call at once', () => {
  const { batcher, sent } = build();
  void batcher.call(1, { context: context() });
  expect(sent).toHaveLength(1);
});

it('sends what arrives meanwhile together, each with its own caller', async () => {
  const { batcher, sent } = build();
  const answers = [1, 2, 3].map((request) =>
    batcher.call(request, { context: context({ requestId: `r${request}`, identityToken: `t${request}` }) }),
  );
  expect(sent).toHaveLength(1);
  sent[0]?.answer();
  await answers[0];
  await nextBatch();
  expect(sent[1]?.items.map(({ request, requestId, identityToken }) => [request, requestId, identityToken])).toEqual([
    [2, 'r2', 't2'],
    [3, 'r3', 't3'],
  ]);
  sent[1]?.answer();
  await expect(Promise.all(answers)).resolves.toEqual(['answer 1', 'answer 2', 'answer 3']);
});

it('lets one item fail without the others', async () => {
  const { batcher, sent } = build();
  const first = batcher.call(0, { context: context() });
  const bad = batcher.call(-1, { context: context() });
  const good = batcher.call(2, { context: context() });
  sent[0]?.answer();
  await first;
  await nextBatch();
  sent[1]?.answer();
  await expect(bad).rejects.toMatchObject({ reason: 'BAD-1' });
  await expect(good).resolves.toBe('answer 2');
});

it('fails every call of a batch that could not be sent, and goes on with the next', async () => {
  const { batcher, sent } = build();
  const first = batcher.call(1, { context: context() });
  const second = batcher.call(2, { context: context() });
  sent[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await nextBatch();
  sent[1]?.answer();
  await expect(second).resolves.toBe('answer 2');
});

it('does no work for callers that left or ran out of time while they waited', async () => {
  const { batcher, sent } = build();
  const abort = new AbortController();
  const first = batcher.call(1, { context: context() });
  const gone = batcher.call(2, { context: context(), signal: abort.signal });
  const late = batcher.call(3, { context: context({ deadlineMs: Date.now() - 1 }) });
  abort.abort();
  sent[0]?.answer();
  await first;
  await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(sent).toHaveLength(1);
});

it('never mixes calls that are forced to different versions', () => {
  const { batcher, sent } = build();
  void batcher.call(1, { context: context({ canary: 'classifier=v2' }) });
  void batcher.call(2, { context: context() });
  expect(sent.map(({ items }) => items.map(({ request }) => request))).toEqual([[1], [2]]);
});

it('never mixes users whom some weight of a canary sends to different versions, and says in which band they are', async () => {
  const { batcher, sent, contexts } = build();
  const answers = ['7', '99', '12', '95', '98'].map((canaryBucket, request) =>
    batcher.call(request, { context: context({ canaryBucket }) }),
  );
  for (let turn = 0; turn < 5; turn += 1) {
    sent[turn]?.answer();
    await nextBatch();
  }
  await Promise.all(answers);
  expect(sent.map(({ items }) => items.map(({ request }) => request))).toEqual([[0], [1], [3], [2], [4]]);
  expect(contexts.map(({ canaryBucket }) => canaryBucket)).toEqual(['7', '99', '95', '12', '98']);
});

it('answers every call exactly once with its own answer, however calls and answers interleave', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), async (steps) => {
      const { batcher, sent } = build();
      const answers: Promise<string>[] = [];
      let answered = 0;
      for (const isCall of steps) {
        if (isCall) answers.push(batcher.call(answers.length, { context: context() }));
        else sent[answered++]?.answer();
        await Promise.resolve();
      }
      const all = Promise.all(answers);
      for (let index = 0; index <= steps.length; index++) {
        sent[index]?.answer();
        await nextBatch();
      }
      await expect(all).resolves.toEqual(answers.map((_, index) => `answer ${index}`));
      expect(batcher.batches).toBeLessThanOrEqual(batcher.calls);
    }),
    { numRuns: 50 },
  );
});
