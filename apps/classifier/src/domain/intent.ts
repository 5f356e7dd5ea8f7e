/** The nine creative workflows, in the order that every probability array uses. */
export const workflows = [
  'image_generation',
  'video_generation',
  'image_to_video',
  'text_to_video',
  'image_editing',
  'image_enhancement',
  'reference_styling',
  'hair_styling',
  'style_transfer',
] as const;

export type Workflow = (typeof workflows)[number];

export function isWorkflow(value: unknown): value is Workflow {
  return typeof value === 'string' && (workflows as readonly string[]).includes(value);
}

/** What is known besides the prompt: numbers of images, and @names without the @. */
export interface IntentContext {
  /** Pictures already open in the session. */
  workingImages: number;
  /** Pictures attached to this message. */
  uploadedImages: number;
  references: readonly string[];
}

/** Where an answer came from; `fallback` means a stage that should have answered did not. */
export type ClassificationSource = 'cache' | 'local' | 'llm' | 'fallback' | 'classic';

export interface RunnerUp {
  workflow: Workflow;
  confidence: number;
}

/** One of two things that a prompt asks for, one after the other. */
export interface IntentStep {
  readonly workflow: Workflow;
  /** The part of the prompt that asks for it. */
  readonly prompt: string;
}

/** The answer to one prompt. `confidence` is calibrated, 0..1: of answers at 0.9, nine in ten are right. */
export interface Classification {
  workflow: Workflow;
  confidence: number;
  /** One sentence for people. */
  reasoning: string;
  requiresWebSearch: boolean;
  /** Empty when no web search is needed. */
  webSearchQuery: string;
  enhancementNeeded: boolean;
  source: ClassificationSource;
  /** The workflow that the decision table refused. */
  correctedFrom?: Workflow;
  runnerUp?: RunnerUp;
  /** Inputs that the workflow needs and the request does not carry, such as `image`. */
  missingInputs: string[];
  /** What the decision table sets for the workflow, such as `audio: off`. */
  parameters?: Record<string, string>;
  /** An edit, then image_to_video from its result, where the prompt asks for both; absent otherwise. */
  steps?: IntentStep[];
}
