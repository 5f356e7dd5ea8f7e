import { jest } from '@jest/globals';
import { type RecordPromptsRequest, RecordPromptsResponse } from '@atelier/contracts/presets/v1';
import { PromptReports } from './prompt-reports.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function reports(answer: () => Promise<unknown> = async () => undefined) {
  const batches: string[][] = [];
  const warn = jest.fn();
  const made = new PromptReports({
    suggestions: {
      recordPrompts: async ({ prompts }: RecordPromptsRequest) => {
        batches.push(prompts.map(({ key, ownerId, prompt }) => `${key} ${ownerId} ${prompt}`));
        await answer();
        return RecordPromptsResponse.create();
      },
    },
    context: () => ({ requestId: 'r-1' }),
    logger: { warn },
  });
  return { made, batches, warn };
}

it('sends together what comes in the same moment, and then what came meanwhile', async () => {
  const gate = Promise.withResolvers<void>();
  const { made, batches } = reports(() => gate.promise);
  made.report('g-1', 'sarah', 'a fox');
  made.report('g-2', 'omar', 'a cat');
  await settled();
  made.report('g-3', 'sarah', 'a dog');
  gate.resolve();
  await made.onModuleDestroy();
  expect(batches).toEqual([['g-1 sarah a fox', 'g-2 omar a cat'], ['g-3 sarah a dog']]);
});

it('keeps at most a thousand waiting, in batches of a hundred', async () => {
  const { made, batches } = reports();
  for (let index = 0; index < 1_200; index++) made.report(`g-${index}`, 'sarah', 'a fox');
  await made.onModuleDestroy();
  expect(batches.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 100));
});

it('lets go of what can not be told, and says so', async () => {
  const { made, batches, warn } = reports(async () => {
    throw new Error('away');
  });
  made.report('g-1', 'sarah', 'a fox');
  await made.onModuleDestroy();
  expect([batches.length, warn.mock.calls.length]).toEqual([1, 1]);
});

it('tells nothing of empty prompts and of those that are too long', async () => {
  const { made, batches } = reports();
  made.report('g-1', 'sarah', '  ');
  made.report('g-2', 'sarah', 'x'.repeat(2_001));
  await made.onModuleDestroy();
  expect(batches).toEqual([]);
});
