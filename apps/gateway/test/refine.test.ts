import { Asset, Generation } from '@atelier/contracts/generation/v1';
import { fakeAssets } from './harness/fake-assets.js';
import { FakeGenerations, outputId } from './harness/fake-generations.js';
import { fakePlans } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
}, 60_000);
afterAll(() => gateway.close());

it('a repeated refinement is answered though what it refined was deleted meanwhile', async () => {
  const [known, gone] = ['0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90', '0199f0a2-0000-7000-8000-000000000000'];
  const generation = Generation.create({ generationId: known });
  gateway.services.set('generation', 'findGenerationByKey', () => ({ generation }));
  const answer = await gateway.request(`/api/v1/generations/${gone}/refine`, {
    json: { prompt: 'make it blue' },
    headers: { 'idempotency-key': 'again' },
  });
  expect([answer.status, await answer.json()]).toMatchObject([202, { id: known }]);
});

it('a generation says how many of its inputs are gone', async () => {
  const [there, gone] = [outputId, '0199f0a2-0000-7000-8000-000000000001'];
  const generation = Generation.create({ generationId: gone, inputImages: [there, gone], mask: gone });
  gateway.services.set('generation', 'getGeneration', () => ({ generation }));
  const as = await gateway.keyFor('sarah');
  const assets = fakeAssets(gateway.services);
  assets.set(there, Asset.create({ assetId: there, ownerId: 'sarah', storageKey: `${there}.png` }));
  const read = async () => (await gateway.request(`/api/v1/generations/${gone}`, { as })).json();
  expect(await read()).toMatchObject({ input_images: [expect.stringContaining(there)], inputs_gone: 2 });
  assets.set(gone, Asset.create({ assetId: gone, ownerId: 'sarah', storageKey: `${gone}.png` }));
  expect(await read()).not.toHaveProperty('inputs_gone');
});

it('a generation tells what it started from, and what was started from it', async () => {
  const generations = '/api/v1/generations';
  expect(new FakeGenerations(gateway.services).watching).toBe(0);
  const asset = Asset.create({ assetId: outputId, ownerId: 'sarah', storageKey: `${outputId}.png` });
  fakeAssets(gateway.services).set(outputId, asset);
  const as = await gateway.keyFor('sarah');
  const json = { prompt: 'make it blue', workflow_type: 'image_editing', input_images: [outputId] };
  const edit = (await (await gateway.request(generations, { as, json })).json()) as { id: string };
  expect(await (await gateway.request(`${generations}/${edit.id}`, { as })).json()).toMatchObject({
    input_images: [expect.stringMatching(new RegExp(`^/files/${outputId}\\.png\\?`))],
  });
  const retry = await gateway.request(`${generations}/${edit.id}/retry`, { method: 'POST', as });
  const { id } = (await retry.json()) as { id: string };
  const children = await gateway.request(`${generations}?parent_id=${edit.id}`, { as });
  expect(await children.json()).toMatchObject({ items: [{ id }] });
  expect((await gateway.request(`${generations}?parent_id=me`, { as })).status).toBe(400);
});
