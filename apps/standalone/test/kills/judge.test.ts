import { type AttemptRow, boughtTwice, outOfOrder, type PairRow } from './judge.js';

const order = (id: string) => ({ id, provider: 'replicate', model: 'm' });
const attempt = (over: Partial<AttemptRow>): AttemptRow => ({
  generation_id: 'g',
  number: 1,
  provider: 'replicate',
  model_id: 'm',
  state: 'succeeded',
  provider_job_id: 'p1',
  failure_kind: null,
  ...over,
});

it('is content with an order for each attempt', () => {
  expect(boughtTwice([order('p1')], [attempt({})])).toEqual([]);
  expect(boughtTwice([order('p1')], [attempt({ state: 'unknown', provider_job_id: '' })])).toEqual([]);
  const second = attempt({ number: 2, provider_job_id: 'p2' });
  expect(
    boughtTwice([order('p1'), order('p2')], [attempt({ state: 'failed', failure_kind: 'failed' }), second]),
  ).toEqual([]);
});

it('knows an order without an id by the name that the model has at its provider', () => {
  const gemini = { id: 'gem_1', provider: 'gemini', model: 'gemini-nano-banana-2.1' };
  const row = { provider: 'gemini', model_id: 'models/gemini-nano-banana-2.1', provider_job_id: '' };
  expect(boughtTwice([gemini], [attempt(row)])).toEqual([]);
  expect(boughtTwice([gemini], [attempt({ ...row, state: 'unknown', failure_kind: 'unknown' })])).toEqual([]);
  expect(boughtTwice([gemini], [attempt({ ...row, state: 'failed', failure_kind: 'content_policy' })])).toEqual([]);
  expect(boughtTwice([gemini, { ...gemini, id: 'gem_2' }], [attempt(row)])).toHaveLength(1);
  expect(boughtTwice([gemini], [attempt({ ...row, state: 'failed', failure_kind: 'not_bought' })])).toHaveLength(1);
  expect(boughtTwice([gemini], [])).toHaveLength(1);
});

it('sees an order that no attempt can have made', () => {
  expect(boughtTwice([order('p1'), order('p2')], [attempt({})])).toHaveLength(1);
});

it('sees a second order while the first may still be good', () => {
  const second = attempt({ number: 2, provider_job_id: 'p2' });
  expect(boughtTwice([order('p1'), order('p2')], [attempt({ state: 'unknown' }), second])).toHaveLength(1);
});

it('sees two attempts that claim one order, and a claim without an order', () => {
  expect(boughtTwice([order('p1')], [attempt({}), attempt({ generation_id: 'h' })])).toHaveLength(1);
  expect(boughtTwice([], [attempt({})])).toHaveLength(1);
});

it('sees a second step that was ordered or left waiting against its first', () => {
  const pair = (over: Partial<PairRow>): PairRow => ({
    generation_id: 'g',
    state: 'succeeded',
    first_state: 'succeeded',
    waits: false,
    bought: true,
    ...over,
  });
  expect(outOfOrder([pair({}), pair({ state: 'failed', first_state: 'failed', waits: true, bought: false })])).toEqual(
    [],
  );
  expect(outOfOrder([pair({ first_state: 'failed', state: 'failed' })])).toHaveLength(1);
  expect(outOfOrder([pair({ waits: true, bought: false, state: 'queued' })])).toHaveLength(1);
  expect(outOfOrder([pair({ first_state: 'running', bought: false })])).toHaveLength(1);
});
