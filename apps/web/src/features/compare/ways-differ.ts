import type { CompareAnswer } from '../../api/gen/api.js';

/** In which parts two plans differ. */
export interface WaysDiffer {
  readonly workflow: boolean;
  readonly model: boolean;
  readonly prompt: boolean;
}

/** The server tells of workflow and model; `prompt_changes` is about the words that were sent, not about the other way. */
export function waysDiffer({
  ai_classification: ai,
  existing_system: classic,
  differences,
}: CompareAnswer): WaysDiffer {
  return {
    workflow: differences.workflow_type,
    model: differences.model_selection,
    prompt: ai.final_prompt !== classic.final_prompt,
  };
}
