import type { GenerationParametersInput, ProcessAnswer, ProcessRequest } from '../../api/gen/api.js';
import type { UploadedImage } from '../../media/use-uploads.js';
import type { Settings } from '../../settings/settings.js';

/** Most images that go with one prompt. */
export const maxImages = 8;
/** Longest prompt in characters. */
export const maxPromptLength = 2_000;

export type Workflow = ProcessAnswer['workflow_type'];
export type ParameterName = Exclude<keyof GenerationParametersInput, 'cfg_scale'>;

/** What somebody is about to make. Null: left to the server. */
export interface Draft {
  readonly prompt: string;
  /** Attached to the prompt. */
  readonly images: readonly UploadedImage[];
  /** The picture that is worked on, where it was chosen by hand; a session has its own. */
  readonly workingImage: string | null;
  readonly presetId: string | null;
  readonly sessionId: string | null;
  /** The answer to “what did you mean?”. */
  readonly workflow: Workflow | null;
  readonly provider: string | null;
  readonly modelId: string | null;
  /** Only what was set by hand. */
  readonly parameters: GenerationParametersInput;
}

export const emptyDraft: Draft = {
  prompt: '',
  images: [],
  workingImage: null,
  presetId: null,
  sessionId: null,
  workflow: null,
  provider: null,
  modelId: null,
  parameters: {},
};

/** The pieces of an address like `/?prompt=…&preset=…` that fill in a draft; what it does not name stays. */
export function prefill(draft: Draft, address: URLSearchParams): Draft {
  const seed = address.get('seed');
  const filled = {
    prompt: address.get('prompt'),
    presetId: address.get('preset'),
    sessionId: address.get('session'),
    workingImage: address.get('image'),
    modelId: address.get('model'),
  };
  const given = Object.fromEntries(Object.entries(filled).filter(([, value]) => value));
  return {
    ...draft,
    ...given,
    // A named model needs no other reading and no other provider.
    ...(filled.modelId ? { provider: null, workflow: null } : {}),
    ...(seed && /^\d+$/.test(seed) ? { parameters: { ...draft.parameters, seed: Number(seed) } } : {}),
  };
}

/** How many more images fit. */
export function imagesLeft({ images, workingImage }: Draft): number {
  return Math.max(0, maxImages - images.length - (workingImage ? 1 : 0));
}

/**
 * The request that plans a draft; undefined while there is nothing to plan. `honoured` are the parameters of a model that was
 * chosen by hand: others stay in the draft for the next model and are not sent.
 */
export function toPlanRequest(
  draft: Draft,
  { quality, useAi }: Pick<Settings, 'quality' | 'useAi'>,
  honoured?: readonly string[],
): ProcessRequest | undefined {
  const prompt = draft.prompt.trim();
  if (prompt === '' || prompt.length > maxPromptLength) return undefined;
  const parameters = Object.fromEntries(
    Object.entries(draft.parameters).filter(
      ([name, value]) => value !== undefined && value !== '' && (honoured?.includes(name) ?? true),
    ),
  );
  return {
    prompt,
    user_preferences: { quality },
    use_ai_classification: useAi,
    ...(draft.images.length > 0 ? { uploaded_images: draft.images.map(({ id }) => id) } : {}),
    ...(draft.workingImage ? { working_image_url: draft.workingImage } : {}),
    ...(draft.sessionId ? { session_id: draft.sessionId } : {}),
    ...(draft.presetId ? { preset_id: draft.presetId } : {}),
    ...(draft.workflow ? { workflow_type: draft.workflow } : {}),
    ...(draft.provider ? { provider: draft.provider } : {}),
    ...(draft.modelId ? { model_id: draft.modelId } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}
