import { defineErrors } from '@atelier/errors';

/** What the presets service refuses. */
export const presetsErrors = defineErrors('presets', {
  PRESET_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Unknown preset',
    message: 'There is no such preset.',
    remedy: 'GET /api/presets lists every preset that can be used.',
  },
  PRESET_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid preset',
    message: 'The preset is not well-formed.',
    remedy: 'Change the fields named in errors.',
  },
  PRESET_ID_TAKEN: {
    code: 'ALREADY_EXISTS',
    title: 'Preset id taken',
    message: 'A preset with this id exists already.',
    remedy: 'Choose another id; ids are one name space for everybody.',
  },
  PRESET_BUILT_IN: {
    code: 'PERMISSION_DENIED',
    title: 'Built-in preset',
    message: 'Built-in presets can’t be changed.',
    remedy: 'Create an own preset with the same template under another id.',
  },
  PRESET_NOT_OWN: {
    code: 'PERMISSION_DENIED',
    title: 'Preset of another user',
    message: 'Only its owner can change a shared preset.',
    remedy: 'Create an own preset with the same template under another id.',
  },
  PRECONDITION_FAILED: {
    code: 'ABORTED',
    httpStatus: 412,
    title: 'Changed meanwhile',
    message: 'It was changed since you read it, so nothing was done.',
    remedy: 'Read it again, make the change to what is there now, and send the new ETag in If-Match.',
  },
  PRESET_EXPERIMENT_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid experiment',
    message: 'An experiment compares two versions of the preset that are kept, with a share of 0 to 1.',
    remedy: 'GET /api/presets/:id/versions lists the versions; change the fields named in errors.',
  },
  PRESET_EXPERIMENT_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'No experiment',
    message: 'No versions of this preset are being compared.',
    remedy: 'PUT /api/presets/:id/experiment starts an experiment.',
  },
  PRESET_USES_SERVICES_ONLY: {
    code: 'PERMISSION_DENIED',
    title: 'For services only',
    message: 'Only a service may tell which presets were used.',
    remedy: 'Generate with preset_id; the use is counted then.',
  },
  PROMPT_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Prompt invalid',
    message: 'A prompt has 1 to 2000 characters.',
    remedy: 'Send a prompt of 1 to 2000 characters.',
  },
  AUTOCOMPLETE_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid autocomplete query',
    message: 'A query has at most 2000 characters, and the limit is 1 to 50.',
    remedy: 'Change the fields named in errors.',
  },
  SUGGESTION_CATEGORY_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Unknown suggestion category',
    message: 'There is no such category of suggestions.',
    remedy: 'GET /api/suggestions/categories lists them.',
  },
  REFERENCE_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Unknown reference',
    message: 'You have no reference with this tag.',
    remedy: 'GET /api/v1/references lists yours.',
  },
  REFERENCE_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid reference',
    message: 'The reference is not well-formed.',
    remedy: 'Change the fields named in errors.',
  },
  REFERENCE_TAG_TAKEN: {
    code: 'ALREADY_EXISTS',
    title: 'Tag taken',
    message: 'You have a reference with this tag already.',
    remedy: 'Choose another tag, or replace the reference.',
  },
  IMAGE_HOST_NOT_ALLOWED: {
    code: 'INVALID_ARGUMENT',
    httpStatus: 422,
    title: 'Image host not allowed',
    message: 'Images are only taken from configured hosts.',
    remedy: 'Upload the image with POST /api/v1/uploads, or let the operator add the host to ALLOWED_IMAGE_HOSTS.',
  },
  PREFERENCES_INVALID: {
    code: 'INVALID_ARGUMENT',
    httpStatus: 422,
    title: 'Preferences that can’t be had',
    message: 'A model, a provider or a parameter of the preferences is not one that can be used.',
    remedy: 'GET /api/v1/models lists models, their providers and what each takes; change the fields named in errors.',
  },
  PAGE_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid page',
    message: 'A page has 1 to 100 items and a token from the previous answer.',
    remedy: 'Use next_cursor as it came, or start again without a cursor.',
  },
  SESSION_NOT_FOUND: {
    code: 'NOT_FOUND',
    title: 'Unknown session',
    message: 'You have no session with this id.',
    remedy: 'A session begins with its first finished generation.',
  },
  SESSION_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Invalid session',
    message: 'The session or its entry is not well-formed.',
    remedy: 'Change the fields named in errors.',
  },
  SESSION_NOT_OWN: {
    code: 'PERMISSION_DENIED',
    title: 'Session of another user',
    message: 'Only a service may record results for another user.',
    remedy: 'Leave owner_id out.',
  },
});
