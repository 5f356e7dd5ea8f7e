import { socketAddress } from '@atelier/testing';
import { EnhancedHealth } from '../src/enhanced/enhanced-status.schema.js';
import { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { fakePlans } from './harness/fake-plans.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway } from './harness/test-gateway.js';

const base = '/api/v1/enhanced';

describe('while a service is down', () => {
  const fallback = {
    fallback_used: true,
    workflow_type: 'image_generation',
    model_selection: { model_id: 'black-forest-labs/flux-1.1-pro' },
    intent_confidence: 0.5,
    estimated_cost: 0.04,
    estimated_time: 30,
    reasoning: expect.stringContaining('Fallback'),
  };

  it.each(['CLASSIFIER_URL', 'MODEL_SELECTOR_URL'])('%s, the fixed plan is answered', async (variable) => {
    const alone = await startTestGateway({ fakes: fakePlans, env: { [variable]: socketAddress('nobody') } });
    const answer = await alone.request(`${base}/process`, { json: { prompt: 'animate this', generate: true } });
    const body = ProcessAnswer.parse(await answer.json());
    expect(body).toMatchObject(fallback);
    // Nothing is bought on a guess.
    expect(body.generation_id).toBeUndefined();
    expect(JSON.stringify(body)).not.toMatch(/\.sock|unix:/);
    const health = await (await alone.request(`${base}/health`)).json();
    expect(EnhancedHealth.parse(health)).toMatchObject({
      ai_classification: { status: 'degraded', success_rate: 0, fallback_rate: 1 },
      overall_status: 'degraded',
    });
    await alone.close();
  });

  it('what the caller got wrong is still said', async () => {
    const gateway = await startTestGateway({ fakes: fakePlans });
    gateway.services.set('selector', 'selectModel', () => {
      throw fakeErrors.THING_NOT_FOUND();
    });
    const answer = await gateway.request(`${base}/process`, { json: { prompt: 'a cat' } });
    expect(await answer.json()).toMatchObject({ status: 404, code: 'THING_NOT_FOUND' });
    await gateway.close();
  });
});

describe('rollout', () => {
  it('is classic for everybody when it is off, and the same for a user every time', async () => {
    const off = await startTestGateway({ fakes: fakePlans, env: { AI_CLASSIFICATION_ENABLED: 'false' } });
    const answer = await off.request(`${base}/process`, { json: { prompt: 'a cat' } });
    expect(ProcessAnswer.parse(await answer.json()).metadata.rollout).toBe('classic');
    await off.close();
  });
});
