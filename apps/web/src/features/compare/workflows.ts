import type { ProcessAnswer } from '../../api/gen/api.js';

/** All workflows, what makes pictures first. */
export const workflows: readonly ProcessAnswer['workflow_type'][] = [
  'image_generation',
  'image_editing',
  'image_enhancement',
  'reference_styling',
  'hair_styling',
  'style_transfer',
  'video_generation',
  'text_to_video',
  'image_to_video',
];
