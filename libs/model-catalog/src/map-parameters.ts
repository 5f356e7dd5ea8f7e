import { applyDefault, applyRule } from './apply-rule.js';
import type { GenerationParameters } from './generation-parameters.js';
import { mapImages } from './map-images.js';
import { mapPrompt } from './map-prompt.js';
import { mapShape } from './map-shape.js';
import { MappingDraft } from './mapping-draft.js';
import type { MappingRequest, MappingResult } from './mapping-request.js';
import type { MediaModel } from './model-schema.js';
import type { ScalarName } from './scalar-parameters.js';
import { SCALAR_PARAMETERS } from './scalar-parameters.js';

/**
 * Puts a request into the model's own terms. Every wish ends in exactly one of: honoured, approximated (a warning
 * says so), dropped with a warning (soft ones only), or refused with the field named (explicit ones only).
 */
export function mapParameters(model: MediaModel, request: MappingRequest): MappingResult {
  const draft = new MappingDraft();
  draft.send(Object.entries(model.constants));
  const imageFields = mapImages(model, request.imageCount, request.hasMask, draft);
  mapShape(model, request, draft);
  for (const [name, field] of SCALAR_PARAMETERS) mapScalar(model, request, name, field, draft);
  const prompt = mapPrompt(model, request.prompt + draft.promptSuffix);
  if ('refusal' in prompt) draft.violations.push({ field: 'prompt', message: prompt.refusal });
  else draft.send(prompt.native);
  if (draft.violations.length > 0) return { ok: false, violations: draft.violations };
  return { ok: true, input: draft.input, imageFields, effective: draft.effective, warnings: draft.warnings };
}

function mapScalar(
  model: MediaModel,
  request: MappingRequest,
  name: ScalarName,
  field: string,
  draft: MappingDraft,
): void {
  const rule = model.mapping[name];
  const explicit = wish(request.explicit, name);
  const value =
    explicit ?? wish(request.soft, name) ?? (name === 'negativePrompt' ? request.negativePrompt : undefined);
  if (value !== undefined) {
    const outcome = applyRule(rule, { name: field, value, imageCount: request.imageCount }, model.inputSchema);
    if (draft.settle(outcome, [field], explicit !== undefined, (used) => ({ [name]: usual(name, used) }))) return;
  }
  const { native, used } = applyDefault(rule, model.inputSchema, request.imageCount);
  draft.send(native);
  draft.use({ [name]: usual(name, used) });
}

function wish(parameters: GenerationParameters, name: ScalarName) {
  const value = parameters[name];
  // An empty negative prompt wishes for nothing.
  return name === 'negativePrompt' && value === '' ? undefined : usual(name, value);
}

/** jpeg is the other name of jpg. */
function usual<Value>(name: ScalarName, value: Value): Value | 'jpg' {
  return name === 'outputFormat' && value === 'jpeg' ? 'jpg' : value;
}
