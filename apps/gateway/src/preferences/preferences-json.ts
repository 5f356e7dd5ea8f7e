import { Preferences as WirePreferences } from '@atelier/contracts/presets/v1';
import { fromWirePreferences } from '../enhanced/caller-preferences.js';
import { toWireQuality } from '../enhanced/preferences.js';
import { toWireParameters } from '../http/generation-parameters.js';
import { iso } from '../http/json.js';
import { toWireWorkflow, type WorkflowName } from '../http/workflow-name.js';
import type { Preferences, PutPreferencesBody } from './preferences.schema.js';

/** Preferences as REST has them. */
export function toPreferences(wire: WirePreferences): Preferences {
  const { quality = null, provider = null, models, parameters, aiEnabled } = fromWirePreferences(wire);
  return {
    quality,
    provider,
    models,
    parameters,
    ai_enabled: aiEnabled,
    suggest_from_history: wire.suggestFromHistory,
    updated_at: iso(wire.updateTime),
  };
}

/** What was written, for the wire. */
export function toWirePreferences(body: PutPreferencesBody): WirePreferences {
  return WirePreferences.create({
    quality: toWireQuality(body.quality ?? undefined),
    provider: body.provider ?? '',
    models: Object.entries(body.models).map(([workflow, modelId]) => ({
      workflow: toWireWorkflow(workflow as WorkflowName),
      modelId,
    })),
    parameters: toWireParameters(body.parameters),
    aiEnabled: body.ai_enabled,
    suggestFromHistory: body.suggest_from_history,
  });
}
