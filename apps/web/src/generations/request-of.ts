import type { CreateGeneration, Generation } from '../api/gen/api.js';

/** The request that asks for the same again: same words, workflow, model, inputs and parameters. */
export function requestOf(generation: Generation): CreateGeneration {
  const { prompt, workflow_type, model_id, provider, session_id, parameters } = generation;
  return {
    prompt,
    workflow_type,
    model_id,
    provider,
    ...(session_id === undefined ? {} : { session_id }),
    parameters,
  };
}
