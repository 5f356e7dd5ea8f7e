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
