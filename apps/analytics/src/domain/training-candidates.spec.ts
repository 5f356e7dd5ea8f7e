import { contextCode } from './context-code.js';
import type { JudgedPrompt } from './judged-prompt.js';
import { trainingCandidates, type CandidateWish } from './training-candidates.js';

const day = (number: number): Date => new Date(Date.UTC(2026, 10, number));
const judged = (changes: Partial<JudgedPrompt>): JudgedPrompt => ({
  userId: 'sarah',
  prompt: 'make it move',
  promptHashed: false,
  workflow: 'image_editing',
  confidence: 0.9,
  source: 'local',
  runnerUp: undefined,
  correctedFrom: undefined,
  classifierVersion: 'm1',
  workingImages: 1,
  uploadedImages: 0,
  references: 0,
  correct: false,
  expectedWorkflow: 'image_to_video',
  givenAt: day(1),
  ...changes,
});
const wrongOnly = { expectedWorkflow: 'unspecified' };
const right = { correct: true, ...wrongOnly };
const all: CandidateWish = { includeCorrect: true, minConfidence: 0, minUsers: 1, since: undefined };
const candidates = (rows: JudgedPrompt[], wish: Partial<CandidateWish> = {}) =>
  trainingCandidates(rows, { ...all, ...wish });

it('writes a line as training examples are, with what helps to review it and without who said it', () => {
  const row = judged({ prompt: '@sarah in this dress', references: 1, uploadedImages: 2, runnerUp: 'hair_styling' });
  expect(candidates([row]).candidates).toEqual([
    {
      prompt: '@ref1 in this dress',
      lang: 'und',
      when: [{ label: 'image_to_video', contexts: ['RU2W'] }],
      was: 'image_editing',
      confidence: 0.9,
      source: 'local',
      runner_up: 'hair_styling',
      classifier_version: 'm1',
      users: 1,
      judged_at: '2026-11-01T00:00:00.000Z',
    },
  ]);
});

it.each([
  [{ workingImages: 0, uploadedImages: 0, references: 0 }, 'N'],
  [{ workingImages: 1, uploadedImages: 1, references: 0 }, 'UW'],
  [{ workingImages: 0, uploadedImages: 2, references: 1 }, 'RU2'],
  [{ workingImages: 12, uploadedImages: 0, references: 2 }, 'R2W9'],
])('writes the context %j as %s', (context, code) => {
  expect(contextCode(context)).toBe(code);
});

it('puts what teaches most first: wrong and sure, wrong and unsure, confirmed and unsure, confirmed and sure', () => {
  const { candidates: found } = candidates([
    judged({ prompt: 'a', ...right, confidence: 0.99 }),
    judged({ prompt: 'b', confidence: 0.4 }),
    judged({ prompt: 'c', ...right, confidence: 0.5 }),
    judged({ prompt: 'd', confidence: 0.95 }),
  ]);
  expect(found.map(({ prompt }) => prompt)).toEqual(['d', 'b', 'c', 'a']);
});

it('makes one candidate of a prompt that was judged often, and two where the context differs', () => {
  const { candidates: found } = candidates([
    judged({ confidence: 0.6 }),
    judged({ userId: 'omar', prompt: ' Make  it MOVE ', confidence: 0.8, givenAt: day(3) }),
    judged({ userId: 'omar', workingImages: 0 }),
  ]);
  expect(found).toMatchObject([
    { when: [{ contexts: ['N'] }], users: 1 },
    { prompt: ' Make  it MOVE ', when: [{ contexts: ['W'] }], users: 2, judged_at: '2026-11-03T00:00:00.000Z' },
  ]);
});

it('counts one voice for each user, their latest', () => {
  const rows = [judged({ expectedWorkflow: 'style_transfer' }), judged({ givenAt: day(2) })];
  for (const order of [rows, rows.toReversed()]) {
    expect(candidates(order)).toMatchObject({ candidates: [{ when: [{ label: 'image_to_video' }], users: 1 }] });
  }
});

it.each([
  ['name different workflows', { expectedWorkflow: 'style_transfer' }],
  ['confirm and correct the same answer', right],
  ['mean and reject the same workflow', { ...wrongOnly, workflow: 'image_to_video' }],
])('puts a prompt aside whose users %s', (_name, other) => {
  const { candidates: found, aside } = candidates([judged({}), judged({ userId: 'omar', ...other })]);
  expect(found).toEqual([]);
  expect(aside).toMatchObject([{ prompt: 'make it move', contexts: ['W'], reason: 'contradiction' }]);
});

it('puts a prompt aside that was only called wrong, and takes it once somebody says what was meant', () => {
  const wrong = judged(wrongOnly);
  expect(candidates([wrong])).toMatchObject({
    candidates: [],
    aside: [{ reason: 'expected_workflow_missing', meant: {}, rejected: { image_editing: 1 } }],
  });
  expect(candidates([wrong, judged({ userId: 'omar' })])).toMatchObject({
    candidates: [{ when: [{ label: 'image_to_video' }], users: 1 }],
    aside: [],
  });
});

it('takes the label that was meant where an older answer was right and a newer one only called wrong', () => {
  const rows = [
    judged({ ...right, workflow: 'image_to_video', confidence: 0.3 }),
    judged({ userId: 'omar', ...wrongOnly }),
  ];
  expect(candidates(rows)).toMatchObject({
    candidates: [{ when: [{ label: 'image_to_video' }], was: 'image_to_video' }],
  });
});

it('skips and counts what can be no example', () => {
  const { candidates: found, skipped } = candidates([
    judged({ promptHashed: true }),
    judged({ classifierVersion: '' }),
    judged({ prompt: '@nobody here', references: 0 }),
    judged({ correct: true }),
    judged({ expectedWorkflow: 'image_editing' }),
  ]);
  expect(found).toEqual([]);
  expect(skipped).toEqual({ withoutText: 1, withoutContext: 2, contradictsItself: 2 });
});

it('exports what is asked for, and counts the rest', () => {
  const rows = [
    judged({ prompt: 'old and sure' }),
    judged({ prompt: 'new and unsure', confidence: 0.3, givenAt: day(9) }),
    judged({ prompt: 'right', ...right, givenAt: day(9) }),
    judged({ prompt: 'of two', givenAt: day(9) }),
    judged({ prompt: 'of two', userId: 'omar' }),
  ];
  const prompts = (wish: Partial<CandidateWish>) => {
    const { candidates: found, confirmed, filtered } = candidates(rows, { includeCorrect: false, ...wish });
    return [found.map(({ prompt }) => prompt), confirmed, filtered];
  };
  expect(prompts({})).toEqual([['of two', 'old and sure', 'new and unsure'], 1, 0]);
  expect(prompts({ since: day(5) })).toEqual([['of two', 'new and unsure'], 1, 1]);
  expect(prompts({ minConfidence: 0.5 })).toEqual([['of two', 'old and sure'], 1, 1]);
  expect(prompts({ minUsers: 2 })).toEqual([['of two'], 0, 3]);
});
