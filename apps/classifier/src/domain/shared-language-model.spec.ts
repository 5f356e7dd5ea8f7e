import { jest } from '@jest/globals';
import type { LanguageModelClassifier, LanguageModelResult } from './intent-models.js';
import { type AnswerMemory, SharedLanguageModel, type SharedQuestion } from './shared-language-model.js';

const nothing = { workingImages: 0, uploadedImages: 0, references: [] };
const good: LanguageModelResult = {
  ok: true,
  answer: {
    workflow: 'hair_styling',
    confidence: 0.9,
    reasoning: 'Hair.',
    requiresWebSearch: false,
    webSearchQuery: '',
  },
};
const spent: LanguageModelResult = { ok: false, failure: 'over_budget' };

function build(memory?: AnswerMemory) {
  const calls: { answer: (result: LanguageModelResult) => void; signal: AbortSignal }[] = [];
  const timeouts: { ms: number; pass: () => void }[] = [];
  const answered: string[] = [];
  const inner: LanguageModelClassifier = {
    version: 'l1',
    classify: (_prompt, _context, signal) =>
      new Promise((answer) => {
        calls.push({ answer, signal });
      }),
  };
  const shared = new SharedLanguageModel(inner, {
    onAnswer: (how) => answered.push(how),
    ...(memory ? { memory } : {}),
    timeoutSignal: (ms) => {
      const end = new AbortController();
      timeouts.push({ ms, pass: () => end.abort(new DOMException('', 'TimeoutError')) });
      return end.signal;
    },
  });
  const ask = (over: Partial<SharedQuestion> = {}) =>
    shared.classify({ prompt: 'x', context: nothing, key: 'k', ...over });
  return { calls, timeouts, answered, ask };
}

describe('SharedLanguageModel', () => {
  it('asks once for all who have the same question, and tells who shared', async () => {
    const { calls, answered, ask } = build();
    const all = [ask(), ask(), ask(), ask({ key: 'other' })];
    expect(calls).toHaveLength(2);
    for (const { answer } of calls) answer(good);
    expect(await Promise.all(all)).toEqual([good, good, good, good]);
    expect(answered.toSorted()).toEqual(['asked', 'asked', 'shared', 'shared']);
  });

  it('shares nothing without a key', () => {
    const { calls, ask } = build();
    void ask({ key: undefined });
    void ask({ key: undefined });
    expect(calls).toHaveLength(2);
  });

  it('lets the one who asked leave without taking the answer from the others', async () => {
    const { calls, ask } = build();
    const leaving = new AbortController();
    const gone = ask({ signal: leaving.signal });
    const stays = ask();
    leaving.abort();
    expect(await gone).toEqual({ ok: false, failure: 'cancelled' });
    expect(calls[0]?.signal.aborted).toBe(false);
    calls[0]?.answer(good);
    expect(await stays).toEqual(good);
  });

  it('gives the call up when the last one has left', async () => {
    const { calls, ask } = build();
    const leaving = [new AbortController(), new AbortController()];
    const gone = leaving.map(({ signal }) => ask({ signal }));
    leaving[0]?.abort();
    expect(calls[0]?.signal.aborted).toBe(false);
    leaving[1]?.abort();
    await Promise.all(gone);
    expect(calls[0]?.signal.aborted).toBe(true);
    void ask();
    expect(calls).toHaveLength(2);
  });

  it('answers each caller shortly before its own deadline', async () => {
    const { calls, timeouts, ask } = build();
    const hurried = ask({ timeLeftMs: 1_000 });
    const patient = ask({ timeLeftMs: 20_000 });
    expect(timeouts.map(({ ms }) => ms)).toEqual([750, 19_750]);
    timeouts[0]?.pass();
    expect(await hurried).toEqual({ ok: false, failure: 'timeout' });
    calls[0]?.answer(good);
    expect(await patient).toEqual(good);
  });

  it('asks nothing for a caller who has no time left, or has left', async () => {
    const { calls, ask } = build();
    expect(await ask({ timeLeftMs: 200 })).toEqual({ ok: false, failure: 'timeout' });
    expect(await ask({ signal: AbortSignal.abort() })).toEqual({ ok: false, failure: 'cancelled' });
    expect(calls).toHaveLength(0);
  });

  it('asks anew on the next budget when the first one is spent', async () => {
    const { calls, ask } = build();
    const poor = ask();
    const richer = [ask(), ask()];
    calls[0]?.answer(spent);
    expect(await poor).toEqual(spent);
    expect(calls).toHaveLength(2);
    calls[1]?.answer(good);
    expect(await Promise.all(richer)).toEqual([good, good]);
    expect(calls).toHaveLength(2);
  });

  it('tells all of any other failure, and asks again the next time', async () => {
    const { calls, ask } = build();
    const all = [ask(), ask()];
    const busy: LanguageModelResult = { ok: false, failure: 'busy' };
    calls[0]?.answer(busy);
    expect(await Promise.all(all)).toEqual([busy, busy]);
    void ask();
    expect(calls).toHaveLength(2);
  });

  describe('with what other processes bought', () => {
    const known = new Map([['k', good.ok ? good.answer : undefined]]);
    const kept: string[] = [];
    const memory: AnswerMemory = { find: async (key) => known.get(key), set: (key) => void kept.push(key) };
    beforeEach(() => kept.splice(0));

    it('answers without asking, and for all who have the question', async () => {
      const { calls, answered, ask } = build(memory);
      expect(await Promise.all([ask(), ask()])).toEqual([good, good]);
      expect(calls).toHaveLength(0);
      expect(answered.toSorted()).toEqual(['remembered', 'shared'].toSorted());
    });

    it('keeps what it had to ask for, and no failure', async () => {
      const { calls, ask } = build(memory);
      const answers = [ask({ key: 'new' }), ask({ key: 'broken' })];
      await new Promise(setImmediate);
      calls[0]?.answer(good);
      calls[1]?.answer({ ok: false, failure: 'unavailable' });
      await Promise.all(answers);
      expect(kept).toEqual(['new']);
    });

    it('has no part in a question that is not shared', async () => {
      const find = jest.fn(memory.find);
      const { calls, ask } = build({ ...memory, find });
      const answer = ask({ key: undefined });
      await new Promise(setImmediate);
      calls[0]?.answer(good);
      await answer;
      expect([find.mock.calls.length, kept.length]).toEqual([0, 0]);
    });
  });
});
