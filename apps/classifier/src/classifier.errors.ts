import { defineErrors } from '@atelier/errors';

/** What the classifier refuses; everything else gets an answer. */
export const classifierErrors = defineErrors('classifier', {
  PROMPT_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Prompt invalid',
    message: 'A prompt has 1 to 2,000 characters after trimming.',
    remedy: 'Send a prompt, or shorten it.',
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
