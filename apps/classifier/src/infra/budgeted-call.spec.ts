import { grpcErrors, runInCall } from '@atelier/grpc';
import { BudgetedCalls, type Ledger } from './budgeted-call.js';

const call = { kind: 'web_search', estimateMicros: 500, provider: 'openai', modelId: 'm' };
const booked = { amountMicros: 120, inputTokens: 10, outputTokens: 2 };

function build(settle: () => Promise<object> = async () => ({})) {
  const entries: { entry: string; request: object; context: object | undefined }[] = [];
  const unbooked: unknown[] = [];
  const note = (entry: string, answer: () => Promise<object>) => async (request: object, options?: object) => {
    entries.push({ entry, request, context: (options as { context?: object } | undefined)?.context });
    return answer();
  };
  const ledger = {
    reserveBudget: note('reserve', async () => ({ reservationId: 'r' })),
    settleReservation: note('settle', settle),
    releaseReservation: note('release', async () => ({})),
  } as unknown as Ledger;
  return { calls: new BudgetedCalls(ledger, (error) => unbooked.push(error)), entries, unbooked };
}

describe('BudgetedCalls', () => {
  it('books what was bought also when the caller has left and his time is over', async () => {
    const { calls, entries } = build();
    const left = new AbortController();
    const context = { requestId: 'r-1', identityToken: 'token', signal: left.signal, deadlineMs: 1 };
    const purchase = await runInCall(context, () =>
      calls.run(call, async () => {
        left.abort();
        return { answer: 'gown', spend: booked };
      }),
    );
    await calls.close();
    expect(purchase).toEqual({ bought: true, answer: 'gown' });
    expect(entries[1]).toEqual({
      entry: 'settle',
      request: { reservationId: 'r', provider: 'openai', modelId: 'm', ...booked },
      context: { requestId: 'r-1', identityToken: 'token' },
    });
  });

  it('books the estimate of a purchase that broke', async () => {
    const { calls, entries } = build();
    await expect(calls.run(call, async () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
    await calls.close();
    expect(entries[1]).toMatchObject({ entry: 'settle', request: { amountMicros: 500 } });
  });

  it('tells what could not be booked, and does not make the answer wait for it', async () => {
    const { calls, unbooked } = build(async () => Promise.reject(grpcErrors.IDENTITY_REQUIRED()));
    expect(await calls.run(call, async () => ({ answer: 1, spend: 'estimate' }))).toEqual({ bought: true, answer: 1 });
    await calls.close();
    expect(unbooked).toMatchObject([{ reason: 'IDENTITY_REQUIRED' }]);
  });
});
