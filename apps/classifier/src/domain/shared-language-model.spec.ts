import type { LanguageModelClassifier, LanguageModelResult } from './intent-models.js';
import { SharedLanguageModel, type SharedQuestion } from './shared-language-model.js';

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

function build() {
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
});
