import type { GenerationParametersInput } from '../../api/gen/api.js';

/** The part of the parameters that a person edits here: the negative prompt has a field of its own. */
export type PresetParameters = Omit<GenerationParametersInput, 'negative_prompt' | 'cfg_scale'>;
