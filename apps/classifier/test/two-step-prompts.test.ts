import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { IntentClassifier } from '../src/domain/classify-intent.js';
import { DecisionTable } from '../src/domain/decision-table.js';
import type { Classification } from '../src/domain/intent.js';
import { LocalIntentModel } from '../src/infra/local-model/local-intent-model.js';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Prompts with the edit that comes first; null where one step will do. `unseen` were looked at only to count. */
const prompts = JSON.parse(readFileSync(path('data/two-step-prompts.json'), 'utf8')) as Record<
  'seen' | 'unseen',
  [string, string | null][]
>;
const classifier = new IntentClassifier({
  model: LocalIntentModel.load(path('../data/intent-model.bin')),
  decisionTable: DecisionTable.parse(readFileSync(path('../data/decision-table.csv'), 'utf8')),
});

async function answer(prompt: string): Promise<Classification> {
  const references = [...prompt.matchAll(/@(\w+)/g)].map(([, name]) => name ?? '');
  const [workingImages, uploadedImages] = references.length > 0 ? [0, 1] : [1, 0];
  return classifier.classify({ prompt, context: { workingImages, uploadedImages, references } });
}

async function count(set: 'seen' | 'unseen') {
  const counts = { found: 0, missed: 0, invented: [] as string[] };
  for (const [prompt, edit] of prompts[set]) {
    const { steps } = await answer(prompt);
    if (steps && edit === null) counts.invented.push(prompt);
    else if (steps) counts.found += 1;
    else if (edit !== null) counts.missed += 1;
  }
  return counts;
}

describe.each(['seen', 'unseen'] as const)('two-step prompts (%s)', (set) => {
  it('are never found where one step will do: a step costs money', async () => {
    expect((await count(set)).invented).toEqual([]);
  });

  it('are found, three in four', async () => {
    const { found, missed } = await count(set);
    expect(found / (found + missed)).toBeGreaterThanOrEqual(0.75);
  });
});

it('has motion win the answer, though most of the prompt speaks of the dress', async () => {
  const found = await answer('put @sarah in this dress and make her wave');
  expect(found).toMatchObject({
    workflow: 'image_to_video',
    missingInputs: [],
    steps: [
      { workflow: 'reference_styling', prompt: 'put @sarah in this dress' },
      { workflow: 'image_to_video', prompt: 'make her wave' },
    ],
  });
  expect(found.confidence).toBeGreaterThan(0.75);
  expect((found.runnerUp?.confidence ?? 1) + found.confidence).toBeLessThanOrEqual(1);
});

it('keeps the steps with the answer', async () => {
  const prompt = 'remove the watermark and animate the waterfall';
  const first = await answer(prompt);
  expect(await answer(prompt)).toEqual({ ...first, source: 'cache' });
  expect(first.steps).toHaveLength(2);
});

it('has no steps where the prompt starts over', async () => {
  const found = await answer('ignore this picture; put a cat in a dress and make it wave, new video from scratch');
  expect(found.steps).toBeUndefined();
});
