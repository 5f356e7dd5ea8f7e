import { jest } from '@jest/globals';
import { PresetUse, type RecordPresetUsesRequest, RecordPresetUsesResponse } from '@atelier/contracts/presets/v1';
import { defineErrors } from '@atelier/errors';
import { PresetUseReports } from './preset-use-reports.js';

const errors = defineErrors('fake', {
  AWAY: { code: 'UNAVAILABLE', title: 'Away', message: 'Away.', remedy: '-' },
  REFUSED: { code: 'INVALID_ARGUMENT', title: 'Refused', message: 'Refused.', remedy: '-' },
});
const use = (generationId: string) => PresetUse.create({ generationId, presetId: 'noir', version: 1 });
const settled = () => new Promise((resolve) => setImmediate(resolve));

function reports(record: (request: RecordPresetUsesRequest) => Promise<unknown>) {
  const batches: string[][] = [];
  const due: (() => void)[] = [];
  const made = new PresetUseReports({
    library: {
      recordPresetUses: async (request) => {
        batches.push(request.uses.map(({ generationId }) => generationId));
        await record(request);
        return RecordPresetUsesResponse.create();
      },
    },
    context: () => ({ requestId: 'r-1' }),
    logger: { warn: jest.fn(), error: jest.fn() },
    later: (work) => {
      due.push(work);
      return () => void due.splice(0);
    },
  });
  return { made, batches, due };
}

it('sends at once, and together what comes meanwhile', async () => {
  const gate = Promise.withResolvers<void>();
  const { made, batches } = reports(() => gate.promise);
  made.report(use('g-1'));
  await settled();
  expect(batches).toEqual([['g-1']]);
  for (const id of ['g-2', 'g-3']) made.report(use(id));
  gate.resolve();
  await settled();
  expect(batches).toEqual([['g-1'], ['g-2', 'g-3']]);
});

it('keeps what could not be told and tells it later, once', async () => {
  let away = true;
  const { made, batches, due } = reports(async () => {
    if (away) throw errors.AWAY();
  });
  made.report(use('g-1'));
  await settled();
  made.report(use('g-2'));
  expect(batches).toEqual([['g-1']]);
  away = false;
  due.shift()?.();
  await settled();
  expect(batches).toEqual([['g-1'], ['g-1', 'g-2']]);
  await made.onModuleDestroy();
  expect(batches).toHaveLength(2);
});

it('does not repeat what was refused, and goes on with the rest', async () => {
  const { made, batches, due } = reports(async ({ uses }) => {
    if (uses[0]?.generationId === 'g-1') throw errors.REFUSED();
  });
  made.report(use('g-1'));
  await settled();
  made.report(use('g-2'));
  await settled();
  expect(batches).toEqual([['g-1'], ['g-2']]);
  expect(due).toEqual([]);
});

it('tries once more when the gateway stops, and then lets go', async () => {
  const { made, batches, due } = reports(async () => {
    throw errors.AWAY();
  });
  made.report(use('g-1'));
  await settled();
  await made.onModuleDestroy();
  expect(batches).toEqual([['g-1'], ['g-1']]);
  expect(due).toEqual([]);
});
