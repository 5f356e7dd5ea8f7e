import type { Generation } from '../src/domain/generation.js';

/** A generation about to be accepted. */
export function newGeneration(change: Partial<Generation> = {}): Generation {
  return {
    generationId: '01900000-0000-7000-8000-000000000001',
    ownerId: 'sarah',
    state: 'queued',
    progress: 0,
    queuePosition: 1,
    workflow: 'image_generation',
    media: 'image',
    priority: 'normal',
    prompt: 'a lighthouse',
    finalPrompt: 'a lighthouse at dusk',
    chain: ['model-a', 'model-b'],
    provider: 'replicate',
    modelId: 'model-a',
    requestedParameters: {},
    parameters: { seed: 7 },
    inputImages: [],
    sessionId: '',
    planRequestId: '',
    parentId: '',
    webhookUrl: '',
    requestId: 'request',
    warnings: [],
    reservationId: 'reservation-0',
    estimatedCostMicros: 40_000,
    attempts: [],
    outputs: [],
    lastSequence: 0,
    createTimeMs: 1_000_000,
    updateTimeMs: 1_000_000,
    ...change,
  };
}
