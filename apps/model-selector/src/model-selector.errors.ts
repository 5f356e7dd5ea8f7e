import { defineErrors } from '@atelier/errors';

/** What can go wrong when a model is chosen. */
export const modelSelectorErrors = defineErrors('model-selector', {
  MODEL_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Unknown model',
    message: 'There is no such model in the catalogue.',
    remedy: 'GET /api/v1/models lists every model that can be named.',
  },
  MODEL_NOT_SUITABLE: {
    code: 'INVALID_ARGUMENT',
    httpStatus: 422,
    title: 'Model not suitable',
    message: 'The model can’t serve this workflow.',
    remedy: 'Leave model_id out, or name a model that GET /api/v1/models?workflow_type=… lists.',
  },
  PARAMETERS_REFUSED: {
    code: 'INVALID_ARGUMENT',
    httpStatus: 422,
    title: 'Parameters refused',
    message: 'No model can honour these parameters.',
    remedy: 'Change the fields named in errors; GET /api/v1/models/<owner>/<name> shows what a model takes.',
  },
  WORKFLOW_REQUIRED: {
    code: 'INVALID_ARGUMENT',
    title: 'Workflow required',
    message: 'A model can only be chosen for one of the nine workflows.',
    remedy: 'Give workflow_type, or let the prompt be classified.',
  },
  BATCH_TOO_LARGE: {
    code: 'INVALID_ARGUMENT',
    title: 'Batch too large',
    message: 'A batch holds 1 to 256 items.',
    remedy: 'Split the batch.',
  },
});
