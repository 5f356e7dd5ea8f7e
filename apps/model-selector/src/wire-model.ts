import { Model, ModelAvailability, ModelLifecycle } from '@atelier/contracts/selector/v1';
import { workflowToWire } from '@atelier/contracts/workflow-names';
import { type Catalogue, capabilities, describeModel, type MediaModel, WORKFLOW_NAMES } from '@atelier/model-catalog';
import type { ModelHealth } from './domain/model-health.js';

const lifecycles = {
  active: ModelLifecycle.MODEL_LIFECYCLE_ACTIVE,
  deprecated: ModelLifecycle.MODEL_LIFECYCLE_DEPRECATED,
  shut_down: ModelLifecycle.MODEL_LIFECYCLE_SHUT_DOWN,
} as const;

/** A catalogue entry with its health, for front ends. */
export function toWireModel(model: MediaModel, catalogue: Catalogue, health: ModelHealth): Model {
  const { lifecycle, typical, parameters, price } = describeModel(model);
  const over = lifecycle.status === 'shut_down';
  return Model.create({
    modelId: model.id,
    provider: model.provider,
    displayName: model.title,
    workflows: WORKFLOW_NAMES.filter((name) => model.workflows.some(({ workflow }) => workflow === name)).map(
      workflowToWire,
    ),
    outputKind: model.output.media,
    priceUnit: price.unit === 'image_token' ? 'token' : price.unit,
    priceMicros: 'amountMicros' in price ? price.amountMicros : (typical?.costMicros ?? 0),
    typicalTimeS: model.typicalTimeS,
    measuredP50S: health.measured?.usualP50S ?? 0,
    measuredP95S: health.measured?.usualP95S ?? 0,
    ...measuredCost(typical?.costMicros, health),
    capabilities: capabilityNames(model),
    parameterSchemaJson: JSON.stringify(parameters),
    lifecycle: lifecycles[lifecycle.status],
    shutdownDate: lifecycle.status === 'active' ? '' : lifecycle.shutdownDate,
    successor: lifecycle.status === 'active' ? '' : lifecycle.successor,
    availability: availability(health, over),
    aliases: catalogue.aliases.filter(({ aliasOf }) => aliasOf === model.id).map(({ id }) => id),
  });
}

/** Of a generation with the model's usual parameters. */
function measuredCost(typicalMicros: number | undefined, { measured }: ModelHealth) {
  if (!measured || typicalMicros === undefined) return {};
  const [low, usual, high] = measured.costPermille.map((permille) => Math.round((typicalMicros * permille) / 1_000));
  return {
    measuredSamples: measured.samples,
    measuredCostMicros: usual ?? 0,
    measuredCostLowMicros: low ?? 0,
    measuredCostHighMicros: high ?? 0,
  };
}

function availability(health: ModelHealth, over: boolean): ModelAvailability {
  if (over || !health.available) return ModelAvailability.MODEL_AVAILABILITY_UNAVAILABLE;
  return health.degraded
    ? ModelAvailability.MODEL_AVAILABILITY_DEGRADED
    : ModelAvailability.MODEL_AVAILABILITY_AVAILABLE;
}

function capabilityNames(model: MediaModel): string[] {
  const able = capabilities(model);
  return Object.entries({
    text_prompt: able.freePrompt,
    image_input: able.inputImages.max > 0,
    mask: able.mask,
    seed: able.seed,
    negative_prompt: able.negativePrompt,
    audio: able.audio,
    several_outputs: able.maxOutputs > 1,
    repeatable: able.deterministicWithSeed,
  }).flatMap(([name, has]) => (has ? [name] : []));
}
