import { setImmediate as turn } from 'node:timers/promises';
import { ProviderError } from '@atelier/model-providers';
import { callAs, socketAddress } from '@atelier/testing';
import { Harness } from './harness.js';
import { PresetsStandIn } from './presets-stand-in.js';

let presets: PresetsStandIn;
let harness: Harness;
beforeEach(async () => {
  presets = new PresetsStandIn(socketAddress('presets'));
  harness = await Harness.open({ PRESETS_URL: presets.address });
}, 60_000);
afterEach(async () => {
  await harness.close();
  presets.leave();
});

async function finish(wanted: object = { sessionId: 'desk-1' }): Promise<string> {
  const { generationId } = await harness.create('sarah', wanted);
  await harness.ended('sarah', generationId);
  return generationId;
}
const waiting = async () =>
  (await harness.db.selectFrom('session_results').select('generation_id').execute()).map((row) => row.generation_id);
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await turn();
}

describe('the result of a generation in a session', () => {
  it('reaches its session at once', async () => {
    await presets.come();
    const generationId = await finish();
    const { outputs } = await harness.get('sarah', generationId);
    await until(() => presets.recorded.length === 1);
    expect(presets.recorded).toMatchObject([
      {
        sessionId: 'desk-1',
        ownerId: 'sarah',
        entry: { generationId, prompt: 'a lighthouse', imageUrl: outputs[0]?.assetId },
      },
    ]);
    await until(async () => (await waiting()).length === 0);
  });

  it('reaches it when presets comes back, also after a restart in between, and nothing is left waiting', async () => {
    const generationId = await finish();
    expect(await waiting()).toEqual([generationId]);
    await harness.stop();
    await presets.come();
    await harness.start({ PRESETS_URL: presets.address });
    await until(async () => (await waiting()).length === 0);
    expect(presets.recorded.map(({ entry }) => entry?.generationId)).toEqual([generationId]);
  }, 60_000);

  it('is not told for ever when the session refuses it', async () => {
    presets.refuses = true;
    await presets.come();
    await finish();
    await until(async () => presets.recorded.length === 1 && (await waiting()).length === 0);
  });

  it('is forgotten when it is deleted, once it can be', async () => {
    const told = await finish();
    const wanted = { generationId: told };
    await harness.generations.deleteGeneration(wanted, { context: callAs('sarah') });
    expect(await waiting()).toEqual([told]);
    await presets.come();
    await until(async () => (await waiting()).length === 0);
    expect(presets.forgotten).toEqual([{ sessionId: 'desk-1', ownerId: 'sarah', generationId: told }]);
    expect(presets.recorded).toEqual([]);
  }, 60_000);

  it('is nothing to tell without a session or a result', async () => {
    await finish({});
    harness.replicate.onSubmit = () => {
      throw new ProviderError('rejected', 'replicate', 'bad input');
    };
    const generationId = await finish();
    await harness.generations.deleteGeneration({ generationId }, { context: callAs('sarah') });
    expect(await waiting()).toEqual([]);
  });
});
