import { createHash } from 'node:crypto';
import {
  Asset,
  CircuitState,
  GenerationState as State,
  ListGenerationsRequest,
} from '@atelier/contracts/generation/v1';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { assetKey } from '@atelier/asset-storage';
import { callAs } from '@atelier/testing';
import { delivered, Gate, picture } from './fake-provider.js';
import { gptImage, Harness } from './harness.js';

const kontext = 'black-forest-labs/flux-kontext-pro';
let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open({ COST_LIMIT_PER_HOUR: '100', ALLOWED_IMAGE_HOSTS: '127.0.0.1' });
}, 30_000);
afterAll(() => harness.close());
beforeEach(() => {
  harness.replicate.onSubmit = () => delivered('p');
  harness.replicate.submitted.length = 0;
});
afterEach(async () => expect(await harness.violations()).toEqual([]));

const admin = callAs({ userId: 'root', scopes: ['admin'] });
const list = (userId: string, wanted: Partial<ListGenerationsRequest> = {}) =>
  harness.generations.listGenerations(ListGenerationsRequest.create(wanted), { context: callAs(userId) });

describe('the list', () => {
  it('pages through own generations, newest first, without gap or repeat', async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.push((await harness.create('lea')).generationId);
    await harness.create('other');
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await list('lea', { pageSize: 2, pageToken });
      seen.push(...page.generations.map(({ generationId }) => generationId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen).toEqual(made.toReversed());
  });

  it('filters by state, workflow, session and time', async () => {
    const before = new Date(harness.clock.now());
    harness.clock.advance(1_000);
    const { generationId } = await harness.create('max', { sessionId: 's1' });
    await harness.ended('max', generationId);
    const none = async (wanted: Partial<ListGenerationsRequest>) => (await list('max', wanted)).generations.length;
    expect(
      await none({ states: [State.GENERATION_STATE_SUCCEEDED], sessionId: 's1', workflow: 1, createdAfter: before }),
    ).toBe(1);
    expect(await none({ states: [State.GENERATION_STATE_FAILED] })).toBe(0);
    expect(await none({ workflow: 2 })).toBe(0);
    expect(await none({ sessionId: 's2' })).toBe(0);
    expect(await none({ createdBefore: before })).toBe(0);
  });

  it('leaves out what was made for another part of the system, unless that is asked for', async () => {
    const { generationId } = await harness.create('ida', { origin: 'playground' });
    const own = await harness.create('ida');
    expect((await harness.ended('ida', generationId)).origin).toBe('playground');
    const ids = async (wanted?: Partial<ListGenerationsRequest>) =>
      (await list('ida', wanted)).generations.map((generation) => generation.generationId);
    expect(await ids()).toEqual([own.generationId]);
    expect(await ids({ origin: 'playground' })).toEqual([generationId]);
    const isItsOwn = ({ costRecorded }: UsageEvent) => costRecorded?.generationId === generationId;
    await harness.until(async () => harness.reported.some(isItsOwn));
    expect(harness.reported.find(isItsOwn)?.costRecorded).toMatchObject({ kind: 'playground', amountMicros: 40_000 });
    await expect(harness.create('ida', { origin: 'No word' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('shows everybody’s to administrators', async () => {
    await harness.create('lea');
    const { generations } = await harness.generations.listGenerations(
      ListGenerationsRequest.create({ pageSize: 100 }),
      { context: admin },
    );
    expect(new Set(generations.map(({ ownerId }) => ownerId)).size).toBeGreaterThan(1);
  });

  it.each([{ pageSize: 101 }, { pageSize: -1 }, { pageToken: 'nonsense' }])('refuses %j', async (wanted) => {
    await expect(list('lea', wanted)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('an ended generation', () => {
  it('is retried with the same inputs and a new seed, as its child', async () => {
    const { generationId } = await harness.create('nia', { parameters: { outputFormat: 'png' } });
    const first = await harness.ended('nia', generationId);
    const request = { generationId, idempotencyKey: 'again' };
    const { generation } = await harness.generations.retryGeneration(request, { context: callAs('nia') });
    const { generation: same } = await harness.generations.retryGeneration(request, { context: callAs('nia') });
    expect(same?.generationId).toBe(generation?.generationId);
    expect(generation).toMatchObject({
      parentId: generationId,
      finalPrompt: first.finalPrompt,
      modelId: first.modelId,
    });
    expect(generation?.parameters).toMatchObject({ outputFormat: 'png' });
    expect(generation?.parameters?.seed).not.toBe(first.parameters?.seed);
    await harness.ended('nia', generation?.generationId ?? '');
  });

  it('keeps a seed that was asked for', async () => {
    const { generationId } = await harness.create('nia', { parameters: { seed: 4711 } });
    await harness.ended('nia', generationId);
    const { generation } = await harness.generations.retryGeneration(
      { generationId, idempotencyKey: '' },
      { context: callAs('nia') },
    );
    expect(generation?.parameters?.seed).toBe(4711);
    await harness.ended('nia', generation?.generationId ?? '');
  });

  it('is deleted with its files', async () => {
    const { generationId } = await harness.create('ola');
    const { outputs } = await harness.ended('ola', generationId);
    const [output] = outputs;
    expect(await harness.fileSize(output?.storageKey)).toBe(picture.length);
    await expect(
      harness.generations.deleteGeneration({ generationId }, { context: callAs('eve') }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await harness.generations.deleteGeneration({ generationId }, { context: callAs('ola') });
    expect(await harness.fileSize(output?.storageKey)).toBeUndefined();
    await expect(harness.get('ola', generationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      harness.generations.getAsset({ assetId: output?.assetId ?? '' }, { context: callAs('ola') }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('can be deleted by only one of two at the same time; for the other there is none', async () => {
    const { generationId } = await harness.create('ola');
    await harness.ended('ola', generationId);
    const both = [1, 2].map(() => harness.generations.deleteGeneration({ generationId }, { context: callAs('ola') }));
    const outcomes = await Promise.allSettled(both);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refusals).toMatchObject([{ code: 'NOT_FOUND', reason: 'GENERATION_NOT_FOUND' }]);
  });

  it('only: running ones are neither retried nor deleted', async () => {
    const hold = new Gate();
    harness.replicate.onSubmit = async () => {
      await hold.opened;
      return delivered('p');
    };
    const { generationId } = await harness.create('pia');
    const context = callAs('pia');
    for (const refused of [
      harness.generations.deleteGeneration({ generationId }, { context }),
      harness.generations.retryGeneration({ generationId, idempotencyKey: '' }, { context }),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'GENERATION_NOT_ENDED' });
    }
    hold.open();
    await harness.ended('pia', generationId);
  });
});

describe('input images', () => {
  const dataUrl = `data:image/png;base64,${picture.toString('base64')}`;

  it('inside a request are stored for it, reach the provider, and go with the last generation that uses them', async () => {
    const { generationId } = await harness.create('ray', { modelId: kontext, workflow: 5, inputImages: [dataUrl] });
    await harness.ended('ray', generationId);
    const [image] = Object.values(harness.replicate.submitted[0]?.images ?? {}).flat();
    expect(Buffer.from(image?.bytes ?? [])).toEqual(picture);
    const input = () =>
      harness.db
        .selectFrom('assets')
        .selectAll()
        .where('owner_id', '=', 'ray')
        .where('purpose', '=', 'input')
        .execute();
    const [stored] = await input();
    expect(await harness.fileSize(stored?.storage_key)).toBe(picture.length);

    const context = callAs('ray');
    const { generation: again } = await harness.generations.retryGeneration(
      { generationId, idempotencyKey: '' },
      { context },
    );
    await harness.ended('ray', again?.generationId ?? '');
    await harness.generations.deleteGeneration({ generationId }, { context });
    expect(await input()).toHaveLength(1);
    await harness.generations.deleteGeneration({ generationId: again?.generationId ?? '' }, { context });
    expect(await input()).toHaveLength(0);
    expect(await harness.fileSize(stored?.storage_key)).toBeUndefined();
  });

  it('may be own outputs, not those of others', async () => {
    const { generationId } = await harness.create('sam');
    const { outputs } = await harness.ended('sam', generationId);
    const inputImages = [outputs[0]?.assetId ?? ''];
    await expect(harness.create('eve', { modelId: kontext, inputImages })).rejects.toMatchObject({
      reason: 'INPUT_IMAGE_NOT_FOUND',
    });
    const refined = await harness.create('sam', { modelId: kontext, workflow: 5, inputImages, parentId: generationId });
    expect(await harness.ended('sam', refined.generationId)).toMatchObject({
      state: State.GENERATION_STATE_SUCCEEDED,
      parentId: generationId,
      inputImages,
    });
    const children = async (parentId: string) =>
      (await list('sam', { parentId })).generations.map((generation) => generation.generationId);
    expect(await children(generationId)).toEqual([refined.generationId]);
    expect(await children(refined.generationId)).toEqual([]);
    expect(await children('nothing')).toEqual([]);
  });

  it('on a host that turns out to be private are not fetched', async () => {
    const { generationId } = await harness.create('tom', { modelId: kontext, inputImages: ['http://127.0.0.1/a.png'] });
    const done = await harness.ended('tom', generationId);
    expect(done).toMatchObject({ error: { code: 'INPUT_IMAGE_UNREACHABLE' }, actualCostMicros: 0, attempts: [] });
  });

  it('that are gone when it runs end it without cost', async () => {
    const { generationId } = await harness.create('tom');
    const { outputs } = await harness.ended('tom', generationId);
    await harness.storage.delete(outputs[0]?.storageKey ?? '');
    const { generationId: next } = await harness.create('tom', {
      modelId: kontext,
      inputImages: [outputs[0]?.assetId ?? ''],
    });
    const done = await harness.ended('tom', next);
    expect(done).toMatchObject({ error: { code: 'INPUT_IMAGE_NOT_FOUND' }, actualCostMicros: 0, attempts: [] });
  });
});

describe('assets', () => {
  const asset = async (assetId: string) => {
    const storageKey = assetKey(assetId, 'image/png');
    const { bytes: sizeBytes, sha256 } = await harness.storage.put(storageKey, picture, { contentType: 'image/png' });
    return Asset.create({ assetId, storageKey, contentType: 'image/png', width: 48, height: 32, sizeBytes, sha256 });
  };
  const register = (userId: string, given: Asset, purpose = 'upload') =>
    harness.generations.createAsset({ asset: given, purpose }, { context: callAs(userId) });

  it('are registered once, for their owner', async () => {
    const given = await asset('upload-1');
    const { asset: stored } = await register('uma', given);
    expect(stored).toMatchObject({
      assetId: 'upload-1',
      ownerId: 'uma',
      sha256: createHash('sha256').update(picture).digest('hex'),
    });
    expect((await register('uma', given)).asset).toEqual(stored);
    await expect(register('eve', given)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    const { asset: read } = await harness.generations.getAsset({ assetId: 'upload-1' }, { context: callAs('uma') });
    expect(read).toEqual(stored);
    await expect(
      harness.generations.getAsset({ assetId: 'upload-1' }, { context: callAs('eve') }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['is not stored', { storageKey: 'upload-2.webp' }],
    ['has another size', { sizeBytes: 1 }],
    ['belongs to another id', { storageKey: 'upload-1.png' }],
    ['is no media', { contentType: 'text/html' }],
    ['has no hash', { sha256: '' }],
  ])('are refused when the file %s', async (_why, wrong) => {
    const given = { ...(await asset('upload-2')), ...wrong };
    await expect(register('uma', given)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'INVALID_ASSET' });
  });
});

it('lists every provider with what it is and how it does', async () => {
  const { generationId } = await harness.create('vic', { modelId: gptImage });
  harness.openai.onSubmit = () => delivered();
  await harness.ended('vic', generationId);
  const { providers } = await harness.generations.listProviders({}, { context: callAs('vic') });
  expect(providers.map(({ provider, enabled, sandbox }) => ({ provider, enabled, sandbox }))).toEqual([
    { provider: 'replicate', enabled: true, sandbox: true },
    { provider: 'openai', enabled: true, sandbox: false },
    { provider: 'gemini', enabled: false, sandbox: false },
  ]);
  expect(providers[1]).toMatchObject({
    circuitState: CircuitState.CIRCUIT_STATE_CLOSED,
    errorRate: 0,
    models: [{ modelId: gptImage, calls: 1 }],
  });
});
