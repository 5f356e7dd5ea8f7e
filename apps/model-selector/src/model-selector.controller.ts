import { Controller } from '@nestjs/common';
import {
  GenerationParameters as WireParameters,
  QualityPreference as WireQuality,
} from '@atelier/contracts/creative/v1';
import {
  BatchSelectModelsRequest,
  BatchSelectModelsResponse,
  GetModelRequest,
  GetModelResponse,
  ListModelsRequest,
  ListModelsResponse,
  type ModelSelectorServiceController,
  ModelSelectorServiceControllerMethods,
  SelectModelRequest,
  SelectModelResponse,
} from '@atelier/contracts/selector/v1';
import { workflowFromWire } from '@atelier/contracts/workflow-names';
import { encodeStatus, ServiceError } from '@atelier/errors';
import { currentCall } from '@atelier/grpc';
import { Catalogue, isMediaModel, type Workflow } from '@atelier/model-catalog';
import { meterCall } from '@atelier/service-defaults';
import type { QualityPreference } from './domain/candidates.js';
import { ProviderHealth } from './infra/provider-health.js';
import { countSelection } from './infra/selection-figures.js';
import { SelectModel, type Selection } from './domain/select-model.js';
import { modelSelectorErrors } from './model-selector.errors.js';
import { toWireModel } from './wire-model.js';

const metered = { service: 'model-selector', method: 'selectModel' };
const largestBatch = 256;
const defaultPageSize = 50;
const largestPageSize = 100;

@Controller()
@ModelSelectorServiceControllerMethods()
export class ModelSelectorController implements ModelSelectorServiceController {
  constructor(
    private readonly selector: SelectModel,
    private readonly catalogue: Catalogue,
    private readonly health: ProviderHealth,
  ) {}

  selectModel(request: SelectModelRequest): SelectModelResponse {
    return this.choose(request, currentCall()?.requestId ?? '');
  }

  private choose(request: SelectModelRequest, requestId: string): SelectModelResponse {
    const workflow = requireWorkflow(request.workflow);
    const selection = this.selector.select({
      workflow,
      prompt: request.prompt,
      imageCount: request.imageCount,
      hasMask: request.hasMask,
      quality: qualities[request.quality] ?? 'balanced',
      modelId: request.modelId,
      provider: request.provider,
      preferredModelId: request.preferredModelId,
      preferredProvider: request.preferredProvider,
      // Calls without an id are told apart by what they ask for.
      key: requestId || request.prompt,
      intentConfidence: request.intentConfidence,
      explicit: request.explicitParameters ?? {},
      soft: request.softParameters ?? {},
    });
    if ('model' in selection) return toResponse(selection);
    switch (selection.kind) {
      case 'unknown_model':
        throw modelSelectorErrors.MODEL_NOT_FOUND({
          violations: [{ field: 'model_id', message: 'There is no such model.' }],
        });
      case 'not_suitable':
        throw modelSelectorErrors.MODEL_NOT_SUITABLE({
          message: selection.message,
          violations: [{ field: 'model_id', message: selection.message }],
        });
      case 'refused':
        throw modelSelectorErrors.PARAMETERS_REFUSED({ violations: selection.violations });
    }
  }

  batchSelectModels({ items }: BatchSelectModelsRequest): BatchSelectModelsResponse {
    if (items.length === 0 || items.length > largestBatch) throw modelSelectorErrors.BATCH_TOO_LARGE();
    const results = items.map(({ request, requestId }) => {
      const start = performance.now();
      try {
        const response = this.choose(request ?? SelectModelRequest.create(), requestId);
        meterCall(metered, start);
        return { response };
      } catch (error) {
        meterCall(metered, start, error);
        return { errorStatus: encodeStatus(ServiceError.from(error)) };
      }
    });
    return BatchSelectModelsResponse.create({ results });
  }

  listModels(request: ListModelsRequest): ListModelsResponse {
    const workflow = request.workflow === 0 ? undefined : requireWorkflow(request.workflow);
    const models = this.catalogue.mediaModels.filter(
      (model) => !workflow || model.workflows.some((place) => place.workflow === workflow),
    );
    const start = Math.max(0, Number(request.pageToken) || 0);
    const size = Math.min(request.pageSize || defaultPageSize, largestPageSize);
    return ListModelsResponse.create({
      models: models
        .slice(start, start + size)
        .map((model) => toWireModel(model, this.catalogue, this.health.healthOf(model.id, model.provider))),
      nextPageToken: start + size < models.length ? String(start + size) : '',
    });
  }

  getModel(request: GetModelRequest): GetModelResponse {
    const model = this.catalogue.find(request.modelId)?.model;
    if (!model || !isMediaModel(model)) throw modelSelectorErrors.MODEL_NOT_FOUND();
    return GetModelResponse.create({
      model: toWireModel(model, this.catalogue, this.health.healthOf(model.id, model.provider)),
    });
  }
}

const qualities: Partial<Record<WireQuality, QualityPreference>> = {
  [WireQuality.QUALITY_PREFERENCE_SPEED]: 'speed',
  [WireQuality.QUALITY_PREFERENCE_QUALITY]: 'quality',
};

function requireWorkflow(wire: SelectModelRequest['workflow']): Workflow {
  const workflow = workflowFromWire(wire);
  if (!workflow) throw modelSelectorErrors.WORKFLOW_REQUIRED();
  return workflow;
}

function toResponse(selection: Selection): SelectModelResponse {
  const { costMicros, costRangeMicros, timeS, timeRangeS } = selection.estimate;
  countSelection(costMicros);
  return SelectModelResponse.create({
    modelId: selection.model.id,
    provider: selection.model.provider,
    reasoning: selection.reasoning,
    fallbackModels: [...selection.fallbackModels],
    estimatedCostMicros: costMicros,
    costLowMicros: costRangeMicros[0],
    costHighMicros: costRangeMicros[1],
    estimatedTimeS: timeS,
    timeP50S: timeRangeS[0],
    timeP95S: timeRangeS[1],
    parameters: WireParameters.create(selection.parameters),
    warnings: [...selection.warnings],
    missingInputs: [...selection.missingInputs],
  });
}
