import { Workflow } from '@atelier/contracts/creative/v1';
import { Preset, ResolvePlanContextResponse } from '@atelier/contracts/presets/v1';
import type { SelectModelRequest } from '@atelier/contracts/selector/v1';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
let fakes: FakeGenerations;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
  fakes = new FakeGenerations(gateway.services);
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.services.calls.length = 0;
});

async function accepted(json: object, form: string): Promise<void> {
  const answer = await gateway.request(`/api/generate/${form}`, { json });
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 202 });
  expect(fakes.watching).toBe(0);
}

describe('the forms of older front ends', () => {
  it.each([
    ['text-to-image', Workflow.WORKFLOW_IMAGE_GENERATION],
    ['text-to-video', Workflow.WORKFLOW_TEXT_TO_VIDEO],
    ['image-to-video', Workflow.WORKFLOW_IMAGE_TO_VIDEO],
  ])('%s takes parameters flat in the body', async (form, workflow) => {
    await accepted({ prompt: 'a cat', width: 512, cfg_scale: 7 }, form);
    expect(gateway.services.callsOf('selector.selectModel')[0]?.request).toMatchObject({
      workflow,
      explicitParameters: { width: 512, guidanceScale: 7 },
    });
  });

  it('take what a preset says as a wish, not as an order', async () => {
    gateway.services.set('presets', 'resolvePlanContext', () =>
      ResolvePlanContextResponse.create({
        preset: Preset.create({ presetId: 'anime', promptTemplate: '{prompt}, anime', parameters: { steps: 28 } }),
      }),
    );
    await accepted({ prompt: 'a cat', preset_id: 'anime', width: 832, cfg_scale: 8 }, 'text-to-image');
    const request = gateway.services.callsOf('selector.selectModel')[0]?.request as SelectModelRequest;
    expect(request.softParameters).toMatchObject({ width: 832, guidanceScale: 8, steps: 28 });
    expect(request.explicitParameters?.width).toBeUndefined();
    const [created] = gateway.services.callsOf('generation.createGeneration');
    expect(created?.request).toMatchObject({ finalPrompt: 'a cat, anime' });
  });
});
