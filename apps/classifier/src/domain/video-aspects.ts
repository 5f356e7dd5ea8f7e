import type { Workflow } from './intent.js';

/** What a video prompt has to say, in this order; `name` is the field of a draft, `label` stands before it in the prompt. */
export interface VideoAspect {
  readonly name: string;
  readonly label: string;
  /** What a language model is told to write. */
  readonly wanted: string;
  /** The only answers that there are; any text when absent. */
  readonly answers?: readonly string[];
}

const picture: readonly VideoAspect[] = [
  { name: 'scene', label: 'Scene', wanted: 'what happens, in order' },
  { name: 'visual_style', label: 'Visual style', wanted: 'look of the film' },
  { name: 'camera_movement', label: 'Camera', wanted: 'movement and framing' },
  { name: 'subject', label: 'Subject', wanted: 'who or what is seen' },
  { name: 'setting', label: 'Setting', wanted: 'place and time' },
  { name: 'lighting_and_mood', label: 'Lighting and mood', wanted: 'light and feeling' },
  { name: 'palette', label: 'Palette', wanted: 'colours' },
];
const sound: readonly VideoAspect[] = [
  { name: 'audio_cue', label: 'Audio', wanted: 'music or effects, and when' },
  { name: 'dialogue', label: 'Dialogue', wanted: 'what is spoken and by whom, or "none"' },
  { name: 'ambience', label: 'Ambience', wanted: 'background sound' },
  { name: 'subtitles', label: 'Subtitles', wanted: 'whether subtitles are wanted', answers: ['none', 'wanted'] },
];

/** The aspects that a workflow's prompt covers; none for still pictures. */
export function videoAspects(workflow: Workflow): readonly VideoAspect[] {
  if (workflow === 'video_generation') return [...picture, ...sound];
  return workflow === 'image_to_video' || workflow === 'text_to_video' ? picture : [];
}
