import { defineErrors } from '@atelier/errors';

/** What the classifier refuses; everything else gets an answer. */
export const classifierErrors = defineErrors('classifier', {
  PROMPT_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Prompt invalid',
    message: 'A prompt has something to see and at most 2,000 characters after trimming.',
    remedy: 'Send a prompt, or shorten it.',
  },
  CONTEXT_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Context invalid',
    message: 'A context has at most 64 images of a kind and at most 64 references of 1 to 100 characters each.',
    remedy: 'Send only what belongs to this prompt.',
  },
  SEARCH_QUERY_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Search query invalid',
    message: 'A search query has 1 to 300 characters after trimming.',
    remedy: 'Send a query, or shorten it.',
  },
  CLASSIFY_SINGLY: {
    code: 'FAILED_PRECONDITION',
    title: 'Classify singly',
    message: 'This prompt needs the language model, which a batch does not wait for.',
    remedy: 'Nothing to do: the gateway asks for such a prompt alone.',
  },
  CLASSIFICATION_BATCH_TOO_LARGE: {
    code: 'INVALID_ARGUMENT',
    title: 'Batch too large',
    message: 'A batch holds 1 to 256 items.',
    remedy: 'Split the batch.',
  },
});
