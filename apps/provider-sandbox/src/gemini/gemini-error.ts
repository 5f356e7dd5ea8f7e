const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** A refusal in the form that Google's APIs answer: `{error: {code, message, status}}`. */
export class GeminiError extends Error {
  override readonly name = 'GeminiError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  toBody(): object {
    return { error: { code: this.status, message: this.message, status: STATUS_NAMES[this.status] ?? 'UNKNOWN' } };
  }
}

/** An error for a status that no handler decided on, as the fault plan uses. */
export function geminiErrorForStatus(status: number): GeminiError {
  if (status === 429) return new GeminiError(429, 'Resource has been exhausted (e.g. check quota).');
  return new GeminiError(status, status >= 500 ? 'An internal error has occurred.' : 'Request refused');
}
