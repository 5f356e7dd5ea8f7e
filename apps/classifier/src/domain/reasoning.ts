import type { PromptReading } from './cue-lexicon.js';
import type { IntentSteps } from './intent-steps.js';
import type { IntentContext, Workflow } from './intent.js';

const whatItIs: Record<Workflow, string> = {
  image_generation: 'a new still picture',
  video_generation: 'a video with sound',
  image_to_video: 'the given picture set in motion',
  text_to_video: 'a video without sound',
  image_editing: 'a change to what the picture shows',
  image_enhancement: 'the same picture in better quality',
  reference_styling: 'a person in another outfit or look',
  hair_styling: 'a change of hair or beard',
  style_transfer: 'the whole picture in another art style',
};

/** The cue tags that speak for a workflow, strongest first. */
const evidence: Record<Workflow, readonly string[]> = {
  image_generation: ['NEWCUE', 'STILLFILM', 'STILLKIND', 'CREATE'],
  video_generation: ['SOUND'],
  image_to_video: ['ANIMATE', 'VIDEO', 'CAMERA', 'TIMELAPSE', 'DURATION', 'LOOP', 'ACTION'],
  text_to_video: ['VIDEO', 'CAMERA', 'TIMELAPSE', 'LOOP', 'DURATION', 'ANIMATE', 'ACTION', 'MUTE'],
  image_editing: ['REMOVE', 'REPLACE', 'ADD', 'MOVE', 'RECOLOR', 'EXPRESSION', 'EDIT'],
  image_enhancement: ['ENHANCE', 'QUALITY'],
  reference_styling: ['WEAR', 'GARMENT', 'CELEB', 'EVENT', 'BRAND', 'ERA', 'LOOKAS'],
  hair_styling: ['HAIR', 'HAIRCOLOR'],
  style_transfer: ['ARTMEDIUM', 'ARTIST', 'ARTMOVEMENT', 'STYLIZE'],
};
const MAX_QUOTED = 2;

/** One sentence that says what was understood, from which words and which images. */
export function explainIntent(workflow: Workflow, reading: PromptReading, context: IntentContext): string {
  const words: string[] = [];
  for (const tag of evidence[workflow]) {
    for (const cue of reading.cues) {
      if (cue.tag !== tag || cue.modality !== 'wanted' || words.length >= MAX_QUOTED) continue;
      const word = reading.tokens.text.slice(reading.tokens.start[cue.from], reading.tokens.end[cue.to - 1]);
      if (!words.includes(word)) words.push(word);
    }
  }
  const because = words.length > 0 ? ` (${words.map((word) => `"${word}"`).join(', ')})` : '';
  return `The prompt asks for ${whatItIs[workflow]}${because}, ${imagesSaid(context)}.`;
}

/** One sentence that says what comes first and what comes then. */
export function explainSteps({ edit }: IntentSteps): string {
  return `The prompt asks for ${whatItIs[edit.workflow]} first, and then for ${whatItIs.image_to_video}.`;
}

/** No numbers: answers are kept for all prompts with the same kinds of image. */
function imagesSaid({ workingImages, uploadedImages, references }: IntentContext): string {
  const parts: string[] = [];
  const images = workingImages + uploadedImages;
  if (images > 0) parts.push(images === 1 ? 'one image' : 'several images');
  if (references.length > 0) parts.push(references.length === 1 ? 'one reference' : 'several references');
  return parts.length === 0 ? 'with no image at hand' : `with ${parts.join(' and ')} at hand`;
}
