import { QualityPreference } from '@atelier/contracts/creative/v1';
import type { Preferences as WirePreferences } from '@atelier/contracts/presets/v1';
import { fromWireParameters, type GenerationParameters } from '../http/generation-parameters.js';
import { fromWireWorkflow, type WorkflowName } from '../http/workflow-name.js';

/** What the caller wishes for wherever request and preset say nothing. */
export interface CallerPreferences {
  readonly quality?: 'speed' | 'balanced' | 'quality' | undefined;
  readonly provider?: string | undefined;
  readonly models: Partial<Readonly<Record<WorkflowName, string>>>;
  /** Soft. */
  readonly parameters: GenerationParameters;
  /** False: prompts are routed by keywords. */
  readonly aiEnabled: boolean;
}

/** Of everybody who set none. */
export const noPreferences: CallerPreferences = { models: {}, parameters: {}, aiEnabled: true };

const qualities: Partial<Record<QualityPreference, CallerPreferences['quality']>> = {
  [QualityPreference.QUALITY_PREFERENCE_SPEED]: 'speed',
  [QualityPreference.QUALITY_PREFERENCE_BALANCED]: 'balanced',
  [QualityPreference.QUALITY_PREFERENCE_QUALITY]: 'quality',
};

/** Preferences as the presets service answers them. */
export function fromWirePreferences(wire: WirePreferences | undefined): CallerPreferences {
  if (!wire) return noPreferences;
  return {
    quality: qualities[wire.quality],
    provider: wire.provider || undefined,
    models: Object.fromEntries(
      wire.models.flatMap(({ workflow, modelId }) => {
        const name = fromWireWorkflow(workflow);
        return name ? [[name, modelId] as const] : [];
      }),
    ),
    parameters: fromWireParameters(wire.parameters),
    aiEnabled: wire.aiEnabled,
  };
}
