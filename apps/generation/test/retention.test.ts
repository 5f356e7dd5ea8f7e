import { assetKey } from '@atelier/asset-storage';
import { Asset } from '@atelier/contracts/generation/v1';
import { callAs } from '@atelier/testing';
import { v7 as uuidv7 } from 'uuid';
import { ExpiredGenerations } from '../src/infra/expired-generations.js';
import { systemRandom } from '../src/infra/system-clock.js';
import { FakeProvider, picture } from './fake-provider.js';
import { Harness } from './harness.js';
import { VirtualClock } from './virtual-clock.js';

const dayMs = 24 * 60 * 60 * 1_000;
const tenDays = { ASSET_RETENTION: String(10 * 24 * 60 * 60) };
let harness: Harness;
beforeEach(async () => {
  // Ids are made of the real time.
  harness = await Harness.open({}, new FakeProvider('replicate', 'with_jobs'), new VirtualClock(Date.now()));
}, 60_000);
afterEach(() => harness.close());

const ada = { context: callAs('ada') };
/** The service repairs what is to repair when it starts; stopping it waits for the end of that. */
async function housekeeping(env: NodeJS.ProcessEnv = tenDays): Promise<void> {
  await harness.stop();
  await harness.start(env);
  await harness.stop();
  await harness.start(env);
}
async function made(prompt: string) {
  const { generationId } = await harness.create('ada', { prompt, requestHash: prompt });
  return harness.ended('ada', generationId);
}
async function result(): Promise<Asset> {
  const assetId = uuidv7();
  const storageKey = assetKey(assetId, 'image/png');
  const { bytes: sizeBytes, sha256 } = await harness.storage.put(storageKey, picture, { contentType: 'image/png' });
  const asset = Asset.create({
    assetId,
    storageKey,
    contentType: 'image/png',
    width: 48,
    height: 32,
    sizeBytes,
    sha256,
  });
  await harness.generations.createAsset({ asset, purpose: 'playground' }, ada);
  return asset;
}
const find = (generationId: string) => harness.generations.getGeneration({ generationId }, ada);
const keyOf = ({ outputs }: { outputs: readonly { storageKey: string }[] }) => outputs[0]?.storageKey;

it('keeps everything for ever unless told otherwise', async () => {
  const old = await made('old');
  harness.clock.advance(5_000 * dayMs);
  await housekeeping({});
  await expect(find(old.generationId)).resolves.toBeDefined();
  expect(await harness.fileSize(keyOf(old))).toBeGreaterThan(0);
});

it('takes what ended long ago away with its files, and nothing else; the books still balance', async () => {
  const [old, kept] = [await made('old'), await result()];
  harness.clock.advance(9 * dayMs);
  const young = await made('young');
  await housekeeping();
  await expect(find(old.generationId)).resolves.toBeDefined();
  harness.clock.advance(2 * dayMs);
  await housekeeping();
  await expect(find(old.generationId)).rejects.toMatchObject({ reason: 'GENERATION_NOT_FOUND' });
  expect(await harness.fileSize(keyOf(old))).toBeUndefined();
  expect(await harness.fileSize(kept.storageKey)).toBeUndefined();
  await expect(find(young.generationId)).resolves.toBeDefined();
  expect(await harness.fileSize(keyOf(young))).toBeGreaterThan(0);
  expect(await harness.violations()).toEqual([]);
});

it('keeps what is not over, however old', async () => {
  await harness.queueAdmin.pauseQueue({ provider: '' }, { context: callAs({ userId: 'root', scopes: ['admin'] }) });
  const waiting = await harness.create('ada', {});
  harness.clock.advance(30 * dayMs);
  await housekeeping();
  await expect(find(waiting.generationId)).resolves.toBeDefined();
});

it('keeps a result that a younger generation works with', async () => {
  const source = await result();
  harness.clock.advance(9 * dayMs);
  const user = await harness.create('ada', {
    modelId: 'black-forest-labs/flux-kontext-pro',
    inputImages: [source.assetId],
  });
  await harness.ended('ada', user.generationId);
  harness.clock.advance(2 * dayMs);
  await housekeeping();
  expect(await harness.fileSize(source.storageKey)).toBeGreaterThan(0);
  harness.clock.advance(10 * dayMs);
  await housekeeping();
  await housekeeping();
  expect(await harness.fileSize(source.storageKey)).toBeUndefined();
});

describe('more than a batch', () => {
  const open = new AbortController().signal;
  let asked: string[];
  /** Another replica is quicker with all of them. */
  function expired(takesMs = 0): ExpiredGenerations {
    const remove = (generationId: string): Promise<undefined> => {
      asked.push(generationId);
      harness.clock.advance(takesMs);
      return Promise.resolve(undefined);
    };
    const assets = { deleteFiles: () => Promise.resolve() };
    const { db, clock } = harness;
    return new ExpiredGenerations({ db, clock, assets, store: { remove }, random: systemRandom, retentionMs: dayMs });
  }
  beforeEach(async () => {
    asked = [];
    for (let number = 0; number < 52; number += 1) await made(`old ${number}`);
    harness.clock.advance(2 * dayMs);
  }, 60_000);

  it('is looked at in one purge, whoever takes it away, and then it rests', async () => {
    const purges = expired();
    await purges.purge(open);
    expect(new Set(asked).size).toBe(52);
    await purges.purge(open);
    expect(asked).toHaveLength(52);
  });

  it('waits for the next purge when it takes long, or when the service closes', async () => {
    const slow = expired(1_000);
    await slow.purge(open);
    expect(asked).toHaveLength(50);
    await slow.purge(open);
    expect(asked).toHaveLength(100);
    await expired().purge(AbortSignal.abort());
    expect(asked).toHaveLength(150);
  });
});
