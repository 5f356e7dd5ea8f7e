import { QualityPreference } from '@atelier/contracts/creative/v1';
import { Preferences as WirePreferences } from '@atelier/contracts/presets/v1';
import { workflowFromWire, workflowToWire } from '@atelier/contracts/workflow-names';
import { isWorkflow } from '@atelier/model-catalog';
import type { PreferencesInput } from './domain/check-preferences.js';
import type { Preferences } from './domain/preferences.js';
import type { CurrentPreferences } from './domain/user-preferences.js';

const qualities = {
  speed: QualityPreference.QUALITY_PREFERENCE_SPEED,
  balanced: QualityPreference.QUALITY_PREFERENCE_BALANCED,
  quality: QualityPreference.QUALITY_PREFERENCE_QUALITY,
} as const satisfies Record<NonNullable<Preferences['quality']>, QualityPreference>;

/** Preferences for the wire. */
export function toWirePreferences({ preferences, etag, updateTime }: CurrentPreferences): WirePreferences {
  const { quality, provider = '', models, parameters, aiEnabled, suggestFromHistory } = preferences;
  return WirePreferences.create({
    quality: quality ? qualities[quality] : QualityPreference.QUALITY_PREFERENCE_UNSPECIFIED,
    provider,
    models: Object.entries(models).flatMap(([workflow, modelId]) =>
      isWorkflow(workflow) ? [{ workflow: workflowToWire(workflow), modelId }] : [],
    ),
    parameters,
    aiEnabled,
    suggestFromHistory,
    etag,
    updateTime,
  });
}

/** What a caller wrote; tag and time are ours. */
export function fromWirePreferences(wire: WirePreferences = WirePreferences.create()): PreferencesInput {
  const { provider, models, parameters = {}, aiEnabled, suggestFromHistory } = wire;
  return {
    quality: (Object.keys(qualities) as (keyof typeof qualities)[]).find((name) => qualities[name] === wire.quality),
    provider: provider || undefined,
    models: models.map(({ workflow, modelId }) => ({ workflow: workflowFromWire(workflow) ?? '', modelId })),
    parameters,
    aiEnabled,
    suggestFromHistory,
  };
}
