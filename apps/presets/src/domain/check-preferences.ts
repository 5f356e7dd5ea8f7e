import type { FieldViolation } from '@atelier/errors';
import { isWorkflow } from '@atelier/model-catalog';
import { checkParameters } from './check-parameters.js';
import type { ParameterLimits } from './parameter-limits.js';
import type { Preferences } from './preferences.js';

/** What can be preferred. */
export interface PreferenceChoices {
  readonly providers: readonly string[];
  /** What is wrong with a model for a workflow; undefined for nothing. */
  readonly modelProblem: (workflow: keyof Preferences['models'], modelId: string) => string | undefined;
  readonly limits: ParameterLimits;
}

/** Preferences as they were sent. */
export type PreferencesInput = Omit<Preferences, 'models'> & {
  readonly models: readonly { readonly workflow: string; readonly modelId: string }[];
};

/** The preferences, or what is wrong with them; fields are named as in REST. */
export function checkPreferences(
  input: PreferencesInput,
  choices: PreferenceChoices,
): { readonly preferences: Preferences } | { readonly violations: readonly FieldViolation[] } {
  const violations: FieldViolation[] = [];
  const { provider } = input;
  if (provider !== undefined && !choices.providers.includes(provider)) {
    violations.push({ field: 'provider', message: `must be one of ${choices.providers.join(', ')}` });
  }
  const models: Partial<Record<keyof Preferences['models'], string>> = {};
  for (const { workflow, modelId } of input.models) {
    const problem = !isWorkflow(workflow)
      ? 'is no workflow'
      : models[workflow] === undefined
        ? choices.modelProblem(workflow, modelId)
        : 'has a model already';
    if (problem !== undefined) violations.push({ field: `models.${workflow}`, message: problem });
    else if (isWorkflow(workflow)) models[workflow] = modelId;
  }
  const checked = checkParameters(input.parameters, choices.limits);
  if ('violations' in checked) violations.push(...checked.violations);
  if (violations.length > 0 || 'violations' in checked) return { violations };
  const { quality, aiEnabled, suggestFromHistory } = input;
  return {
    preferences: {
      ...(quality ? { quality } : {}),
      ...(provider ? { provider } : {}),
      models,
      parameters: checked.parameters,
      aiEnabled,
      suggestFromHistory,
    },
  };
}
