export { allowedSize, offersSizes } from './allowed-size.js';
export { Catalogue } from './catalogue.js';
export type { FoundModel, Peer, ServingModel, WorkflowModels } from './catalogue.js';
export { CatalogueError, loadCatalogue, parseCatalogue } from './load-catalogue.js';
export { capabilities, describeModel } from './describe-model.js';
export type { Capabilities, ModelDescription } from './describe-model.js';
export { estimate, timeScale } from './estimate.js';
export type { Estimate, EstimateInputs } from './estimate.js';
export type { GenerationParameters } from './generation-parameters.js';
export { shutDownSuccessor } from './lifecycle.js';
export { mapParameters } from './map-parameters.js';
export type { ImageField, MappingRequest, MappingResult, Violation } from './mapping-request.js';
export { isMediaModel } from './model-schema.js';
export type { Alias, CatalogueModel, LanguageModel, MediaModel } from './model-schema.js';
export type { JsonSchema } from './native-input.js';
export { withOwnModel } from './own-model.js';
export { parameterSchema } from './parameter-schema.js';
export type { Price } from './price-schema.js';
export {
  type CatalogueFile,
  NotPublishedError,
  printJson,
  readPublishedModel,
  refreshCatalogue,
} from './refresh/index.js';
export { tokenCostMicros } from './token-cost.js';
export type { TokenUsage } from './token-cost.js';
export { UnknownPriceError } from './unknown-price-error.js';
export { isWorkflow, WORKFLOW_NAMES, WORKFLOWS, workflowProperties } from './workflow.js';
export type { Workflow, WorkflowProperties } from './workflow.js';
