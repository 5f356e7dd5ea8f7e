import type { Choice, Intent } from './plan.js';

/** The intent of the plan that is answered while classification or selection is down. */
export const fallbackIntent: Intent = {
  workflow: 'image_generation',
  confidence: 0.5,
  reasoning: 'Fallback: the prompt could not be classified.',
  source: 'fallback',
  cacheHit: false,
  requiresWebSearch: false,
  webSearchQuery: '',
  correctedFrom: undefined,
  runnerUp: undefined,
  classificationUs: 0,
  classifierVersion: '',
};

/** Its model, at the list price. */
export const fallbackChoice: Choice = {
  modelId: 'black-forest-labs/flux-1.1-pro',
  provider: 'replicate',
  reasoning: 'Fallback: the default image model.',
  fallbackModels: ['black-forest-labs/flux-schnell'],
  costMicros: 40_000,
  costRangeMicros: [40_000, 40_000],
  timeS: 30,
  timeRangeS: [30, 30],
  parameters: {},
};
