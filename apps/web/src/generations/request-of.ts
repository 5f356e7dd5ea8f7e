import type { CreateGeneration, Generation } from '../api/gen/api.js';

const longestPrompt = 2_000;

/**
 * The request that asks for the same again: the words that the model got, its workflow, model, inputs and parameters with the
 * seed. With workflow and model given nothing is classified or enhanced anew. Own files are named by id: their links expire.
 */
export function requestOf(generation: Generation): CreateGeneration {
  const { prompt, final_prompt: sent, workflow_type, model_id, provider, session_id, parameters } = generation;
  const { input_images: images = [], mask } = generation;
  return {
    prompt: sent !== '' && sent.length <= longestPrompt ? sent : prompt,
    workflow_type,
    model_id,
    provider,
    ...(images.length > 0 ? { input_images: images.map(assetIdOf) } : {}),
    ...(mask === undefined ? {} : { mask: assetIdOf(mask) }),
    ...(session_id === undefined ? {} : { session_id }),
    parameters,
  };
}

/** False where files that it started from are gone: the same request would ask for something else without a word. */
export function canRepeat({ inputs_gone: gone = 0 }: Generation): boolean {
  return gone === 0;
}

/** The same on another model, which draws its own seed. */
export function requestElsewhere(
  generation: Generation,
  { provider, model_id }: { readonly provider: string; readonly model_id: string },
): CreateGeneration {
  const { seed: _seed, ...parameters } = generation.parameters;
  return { ...requestOf(generation), provider, model_id, parameters };
}

/** The id in a link to a file of ours; anything else as it is. */
function assetIdOf(link: string): string {
  return /\/files\/([0-9a-f-]{36})\.\w+(?:\?|$)/.exec(link)?.[1] ?? link;
}
