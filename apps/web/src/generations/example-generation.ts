import type { Generation } from '../api/gen/api.js';

/** A finished edit, for specs. */
export const example: Generation = {
  id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  status: 'succeeded',
  progress: 100,
  workflow_type: 'image_editing',
  provider: 'replicate',
  model_id: 'black-forest-labs/flux-kontext-pro',
  prompt: 'make it blue',
  final_prompt: 'make it blue, detailed',
  attempts: [],
  parameters: { seed: 7, aspect_ratio: '1:1' },
  seed: 7,
  outputs: [],
  cost: { estimated: 0.04, actual: 0.04 },
  timings: { queued_ms: 1, running_ms: 2 },
  warnings: [],
  priority: 'normal',
  created_at: '2026-11-21T10:00:00.000Z',
  updated_at: '2026-11-21T10:00:03.000Z',
};
