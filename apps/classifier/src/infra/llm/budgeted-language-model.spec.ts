import { loadCatalogue, tokenCostMicros, type TokenUsage } from '@atelier/model-catalog';
import { defineErrors, type ServiceError } from '@atelier/errors';
import { Bulkhead, CircuitBreaker, RetryBudget } from '@atelier/resilience';
import { BudgetedCalls, type Ledger } from '../budgeted-call.js';
import { BudgetedLanguageModel } from './budgeted-language-model.js';
import { type Completion, type LanguageModel, LanguageModelError } from './language-model.js';
import { ProtectedLanguageModel } from './protected-language-model.js';

const { SPENT, AWAY } = defineErrors('test', {
  SPENT: { code: 'RESOURCE_EXHAUSTED', title: 'Spent', message: 'Spent.', remedy: '-' },
  AWAY: { code: 'FAILED_PRECONDITION', title: 'Away', message: 'Away.', remedy: '-' },
});
const priced = loadCatalogue().find('gpt-4o-mini')?.model;
const costMicros = (bill: TokenUsage): number => (priced ? tokenCostMicros(priced, bill) : 0);
const question = {
  task: 'intent',
  instructions: 'Label it.',
  data: { prompt: '图'.repeat(100) },
  schema: {},
  maxOutputTokens: 300,
};
const usage = { inputTokens: 100, cachedInputTokens: 40, outputTokens: 60 };

function books(refusal?: ServiceError) {
  const entries: [string, Record<string, unknown>][] = [];
  const note = (entry: string) => async (request: object) => void entries.push([entry, { ...request }]);
  const ledger = {
    reserveBudget: async (request: object) => {
      if (refusal) throw refusal;
      entries.push(['reserve', { ...request }]);
      return { reservationId: `r${entries.length}` };
    },
    settleReservation: note('settle'),
    releaseReservation: note('release'),
  } as unknown as Ledger;
  return { entries, calls: new BudgetedCalls(ledger, () => undefined) };
}

function answering(answers: (Completion | Error)[]) {
  const asked: string[] = [];
  const model: LanguageModel = {
    modelId: 'gpt-4o-mini',
    complete: async ({ task }) => {
      asked.push(task);
      const answer = answers.shift() ?? new Error('no more');
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { asked, model };
}

async function complete(answer: Completion | Error, refusal?: ServiceError) {
  const { entries, calls } = books(refusal);
  const { asked, model: inner } = answering([answer]);
  const budgeted = new BudgetedLanguageModel(inner, calls, costMicros);
  const outcome = await budgeted.complete(question, new AbortController().signal).catch((error: unknown) => error);
  await calls.close();
  const [, end] = entries;
  return { outcome, entries, end, asked: asked.length, estimate: Number(entries[0]?.[1]['amountMicros']) };
}

describe('BudgetedLanguageModel', () => {
  it('reserves what a request can cost at most and settles what it cost, with its tokens', async () => {
    const { outcome, entries, end, estimate } = await complete({ content: '{}', usage });
    expect(outcome).toEqual({ content: '{}', usage });
    expect(entries.map(([entry]) => entry)).toEqual(['reserve', 'settle']);
    expect(end?.[1]).toEqual({
      reservationId: 'r1',
      amountMicros: Math.ceil((60 * 150_000 + 40 * 75_000 + 60 * 600_000) / 1_000_000),
      provider: 'openai',
      modelId: 'gpt-4o-mini',
      inputTokens: 100,
      outputTokens: 60,
    });
    // 300 tokens of answer and no token shorter than a byte: 100 characters of three bytes.
    expect(estimate).toBeGreaterThanOrEqual(costMicros({ inputTokens: 300, outputTokens: 300 }));
  });

  it('settles the bill of an answer that is of no use', async () => {
    const { outcome, end } = await complete(new LanguageModelError('refused', { billing: usage }));
    expect(outcome).toMatchObject({ failure: 'refused' });
    expect(end).toMatchObject(['settle', { inputTokens: 100, outputTokens: 60 }]);
  });

  it.each([
    ['an answer without a bill', { content: '{}' }],
    ['a bill beyond belief', { content: '{}', usage: { inputTokens: 1e12, outputTokens: 0 } }],
    ['a call that nobody can tell the outcome of', new LanguageModelError('timeout', { billing: 'unclear' })],
    ['an error that nobody foresaw', new TypeError('bug')],
  ])('settles the upper estimate for %s', async (_, answer) => {
    const { end, estimate } = await complete(answer);
    expect(end).toMatchObject(['settle', { amountMicros: estimate, inputTokens: 0, outputTokens: 0 }]);
  });

  it('gives back what was certainly not billed', async () => {
    const { end } = await complete(new LanguageModelError('rejected', { billing: 'nothing' }));
    expect(end).toEqual(['release', { reservationId: 'r1' }]);
  });

  it('asks nothing that may not be paid for', async () => {
    expect(await complete({ content: '{}' }, SPENT())).toMatchObject({ outcome: { failure: 'over_budget' }, asked: 0 });
    expect(await complete({ content: '{}' }, AWAY())).toMatchObject({ outcome: { failure: 'unbooked' }, asked: 0 });
  });

  it('books every attempt of one question by itself', async () => {
    const { entries, calls } = books();
    const passing = { isProviderFault: true, isRetryable: true };
    const { model: inner } = answering([
      new LanguageModelError('unavailable', { billing: 'unclear', ...passing }),
      new LanguageModelError('rate_limited', { billing: 'nothing', ...passing }),
      { content: '{}', usage },
    ]);
    const circuit = new CircuitBreaker({ name: 'm' });
    const model = new ProtectedLanguageModel(new BudgetedLanguageModel(inner, calls, costMicros), {
      bulkhead: new Bulkhead({ name: 'm', maxInFlight: 1 }),
      circuit,
      retries: new RetryBudget(),
      timeoutMs: 30_000,
      leastAttemptMs: 1_000,
      sleep: async () => undefined,
    });
    await model.complete(question, new AbortController().signal);
    await calls.close();
    circuit.dispose();
    expect(entries.map(([entry, { reservationId }]) => `${entry} ${reservationId ?? ''}`)).toEqual([
      'reserve ',
      'settle r1',
      'reserve ',
      'release r3',
      'reserve ',
      'settle r5',
    ]);
    expect(entries[1]?.[1]['amountMicros']).toBe(entries[0]?.[1]['amountMicros']);
    expect(entries[5]?.[1]).toMatchObject({ inputTokens: 100, outputTokens: 60 });
  });
});
