import { Bulkhead, CircuitBreaker, RetryBudget } from '@atelier/resilience';
import { type LanguageModelError, LanguageModelError as Failed } from './language-model.js';
import { isIgnoredByCircuit, ProtectedLanguageModel } from './protected-language-model.js';

const question = { task: 'intent', instructions: '', data: {}, schema: {}, maxOutputTokens: 300 };
const completion = { content: '{}' };
const down = (retryAfterMs?: number): Failed =>
  new Failed('unavailable', {
    billing: 'nothing',
    isProviderFault: true,
    isRetryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
const rejected = new Failed('rejected', { billing: 'nothing' });
const opened: CircuitBreaker[] = [];
afterEach(() => opened.splice(0).forEach((circuit) => circuit.dispose()));

interface World {
  maxInFlight?: number;
  timeoutMs?: number;
  callDeadlineMs?: number;
  retries?: RetryBudget;
}

function build(answers: (Error | Promise<typeof completion>)[], world: World = {}) {
  const calls: AbortSignal[] = [];
  const waits: number[] = [];
  const changes: string[] = [];
  const timeouts: { ms: number; fire: () => void }[] = [];
  const unexpected: unknown[] = [];
  let nowMs = 1_000_000;
  const circuit = new CircuitBreaker({
    name: 'openai/m',
    failureThreshold: 5,
    isIgnored: isIgnoredByCircuit,
    onChange: (state) => changes.push(state),
    now: () => nowMs,
  });
  opened.push(circuit);
  const model = new ProtectedLanguageModel(
    {
      modelId: 'm',
      complete: async (_request, signal) => {
        calls.push(signal);
        const next = answers.shift() ?? Promise.resolve(completion);
        if (next instanceof Error) throw next;
        return next;
      },
    },
    {
      bulkhead: new Bulkhead({ name: 'm', maxInFlight: world.maxInFlight ?? 10 }),
      circuit,
      retries: world.retries ?? new RetryBudget({ now: () => nowMs }),
      timeoutMs: world.timeoutMs ?? 30_000,
      leastAttemptMs: 1_000,
      now: () => nowMs,
      random: () => 0.5,
      sleep: async (ms) => {
        waits.push(ms);
        nowMs += ms;
      },
      timeoutSignal: (ms) => {
        const timeout = new AbortController();
        timeouts.push({ ms, fire: () => timeout.abort(new DOMException('', 'TimeoutError')) });
        return timeout.signal;
      },
      callDeadlineMs: () => world.callDeadlineMs,
      onUnexpected: (error) => unexpected.push(error),
    },
  );
  const ask = (signal = new AbortController().signal) => model.complete(question, signal);
  const failure = async (signal?: AbortSignal): Promise<LanguageModelError['failure'] | 'none'> =>
    ask(signal).then(
      () => 'none',
      (error: LanguageModelError) => error.failure,
    );
  return { ask, failure, calls, waits, changes, timeouts, unexpected, circuit };
}

describe('ProtectedLanguageModel', () => {
  it('tries again twice, after half a second and a second on average', async () => {
    const { ask, waits } = build([down(), down()]);
    expect(await ask()).toBe(completion);
    expect(waits).toEqual([500, 1_000]);
    const hopeless = build([down(), down(), down()]);
    expect(await hopeless.failure()).toBe('unavailable');
    expect(hopeless.calls).toHaveLength(3);
  });

  it('tries nothing again that does not pass by itself', async () => {
    const { failure, calls } = build([rejected]);
    expect(await failure()).toBe('rejected');
    expect(calls).toHaveLength(1);
  });

  it('waits as long as the provider asks, if that is inside the deadline', async () => {
    const { ask, waits } = build([down(4_000)]);
    await ask();
    expect(waits).toEqual([4_500]);
    const tooLong = build([down(40_000)]);
    expect(await tooLong.failure()).toBe('unavailable');
    expect(tooLong.calls).toHaveLength(1);
  });

  it('begins no attempt that cannot end before the deadline', async () => {
    const late = build([down()], { callDeadlineMs: 1_000_000 + 1_700 });
    expect(await late.failure()).toBe('unavailable');
    expect(late.calls).toHaveLength(1);
    const tooLate = build([], { callDeadlineMs: 1_000_000 + 1_200 });
    expect(await tooLate.failure()).toBe('timeout');
    expect(tooLate.calls).toHaveLength(0);
  });

  it('ends at its own time or before the caller’s, whichever comes first', async () => {
    const own = build([], { callDeadlineMs: 1_000_000 + 60_000 });
    await own.ask();
    expect(own.timeouts[0]?.ms).toBe(30_000);
    const callers = build([], { callDeadlineMs: 1_000_000 + 20_000 });
    await callers.ask();
    expect(callers.timeouts[0]?.ms).toBe(19_750);
  });

  it('opens its circuit after five failures and then answers at once without asking', async () => {
    const { failure, calls, changes } = build([down(), down(), down(), down(), down()]);
    expect(await failure()).toBe('unavailable');
    expect(await failure()).toBe('circuit_open');
    expect(changes).toEqual(['open']);
    expect(await failure()).toBe('circuit_open');
    expect(calls).toHaveLength(5);
  });

  it('counts neither our own mistakes nor refusals nor callers who left', async () => {
    const ours = ['rejected', 'refused', 'truncated', 'quota', 'cancelled', 'over_budget', 'unbooked'] as const;
    const { failure, changes } = build(ours.map((kind) => new Failed(kind, { billing: 'nothing' })));
    for (const kind of ours) expect(await failure()).toBe(kind);
    expect(changes).toEqual([]);
    expect(isIgnoredByCircuit(new Error('a bug'))).toBe(true);
  });

  it('counts time that ran out', async () => {
    const late = (): Failed => new Failed('timeout', { billing: 'unclear', isProviderFault: true });
    const { failure, changes } = build([late(), late(), late(), late(), late()]);
    for (let n = 0; n < 5; n += 1) await failure();
    expect(changes).toEqual(['open']);
  });

  it('refuses the question that finds no place', async () => {
    let finish: (value: typeof completion) => void = () => undefined;
    const held = build([new Promise<typeof completion>((resolve) => (finish = resolve))], { maxInFlight: 1 });
    const first = held.ask();
    expect(await held.failure()).toBe('busy');
    finish(completion);
    expect(await first).toBe(completion);
    expect(await held.failure()).toBe('none');
  });

  it('spends no more second attempts than first ones allow', async () => {
    const { failure, calls } = build([down(), down(), down()], { retries: new RetryBudget({ ratio: 0, floor: 1 }) });
    expect(await failure()).toBe('unavailable');
    expect(calls).toHaveLength(2);
  });

  it('tells a caller who left from time that ran out', async () => {
    expect(await build([]).failure(AbortSignal.abort())).toBe('cancelled');
    const late = build([down()]);
    const asked = late.failure();
    late.timeouts[0]?.fire();
    expect(await asked).toBe('timeout');
  });

  it('reports what nobody foresaw and still fails as foreseen', async () => {
    const bug = new TypeError('undefined is not a function');
    const { failure, unexpected } = build([bug]);
    expect(await failure()).toBe('unavailable');
    expect(unexpected).toEqual([bug]);
  });
});
