import { ClassificationSource, ClassifyIntentResponse } from '@atelier/contracts/classifier/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { ResolvePlanContextResponse } from '@atelier/contracts/presets/v1';
import { ListModelsResponse, Model, ModelAvailability, SelectModelResponse } from '@atelier/contracts/selector/v1';
import { fakeErrors, type FakeServices } from './fake-services.js';

/** An answer of the classifier. */
export function intent(changes: Partial<ClassifyIntentResponse> = {}): ClassifyIntentResponse {
  return ClassifyIntentResponse.create({
    workflow: Workflow.WORKFLOW_IMAGE_GENERATION,
    confidence: 0.95,
    reasoning: 'A new picture is described.',
    source: ClassificationSource.CLASSIFICATION_SOURCE_LOCAL,
    processingTimeUs: 150,
    ...changes,
  });
}

/** An answer of the selector. */
export function selection(changes: Partial<SelectModelResponse> = {}): SelectModelResponse {
  return SelectModelResponse.create({
    modelId: 'black-forest-labs/flux-1.1-pro',
    provider: 'replicate',
    reasoning: 'Primary model.',
    fallbackModels: ['black-forest-labs/flux-schnell'],
    estimatedCostMicros: 40_000,
    costLowMicros: 40_000,
    costHighMicros: 40_000,
    estimatedTimeS: 30,
    timeP50S: 20,
    timeP95S: 45,
    parameters: { aspectRatio: '1:1' },
    ...changes,
  });
}

/** Classifier, selector and presets that answer every request in the simplest way. */
export function fakePlans(services: FakeServices): void {
  services.set('classifier', 'classifyIntent', ({ prompt }) => intent({ finalPrompt: prompt }));
  services.set('selector', 'selectModel', ({ modelId }) => {
    if (modelId === 'nobody/nothing') {
      throw fakeErrors.THING_NOT_FOUND({ violations: [{ field: 'model_id', message: 'There is no such model.' }] });
    }
    return selection();
  });
  services.set('selector', 'getModel', ({ modelId }) => {
    if (modelId !== 'minimax/video-01') throw fakeErrors.THING_NOT_FOUND();
    return { model: Model.create({ modelId, workflows: [Workflow.WORKFLOW_TEXT_TO_VIDEO] }) };
  });
  services.set('selector', 'listModels', () =>
    ListModelsResponse.create({
      models: [
        Model.create({ modelId: 'a/b', availability: ModelAvailability.MODEL_AVAILABILITY_AVAILABLE }),
        Model.create({ modelId: 'c/d', availability: ModelAvailability.MODEL_AVAILABILITY_UNAVAILABLE }),
      ],
    }),
  );
  services.set('presets', 'resolvePlanContext', ({ tags }) => ResolvePlanContextResponse.create({ missingTags: tags }));
}
