import { Generation } from '@atelier/contracts/generation/v1';
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
