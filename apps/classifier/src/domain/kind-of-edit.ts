import type { Workflow } from './intent.js';

/** What an edit may touch; `none` where something new is made. */
export type KindOfEdit = 'none' | 'content' | 'quality' | 'outfit' | 'hair' | 'style' | 'motion';

const kinds: Readonly<Record<Workflow, KindOfEdit>> = {
  image_generation: 'none',
  video_generation: 'none',
  text_to_video: 'none',
  image_to_video: 'motion',
  image_editing: 'content',
  image_enhancement: 'quality',
  reference_styling: 'outfit',
  hair_styling: 'hair',
  style_transfer: 'style',
};

const keeping: Readonly<Record<KindOfEdit, string>> = {
  none: '',
  motion: '',
  content: 'Keep everything else as it was.',
  quality: 'Keep the content as it was and change nothing but the quality.',
  outfit: 'Keep the face, the pose and everything else as they were.',
  hair: 'Keep the face, the clothes and everything else as they were.',
  style: 'Keep the composition, the people and everything else in the picture as they were.',
};

/** What a workflow edits. */
export function kindOfEdit(workflow: Workflow): KindOfEdit {
  return kinds[workflow];
}

/** The sentence that protects the rest of an edited picture; empty where there is no rest. */
export function keepingTheRest(workflow: Workflow): string {
  return keeping[kinds[workflow]];
}
