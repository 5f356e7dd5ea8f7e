import type { z } from 'zod';

/** A refusal in the form that OpenAI answers: `{error: {message, type, param, code}}`. */
export class OpenAiError extends Error {
  override readonly name = 'OpenAiError';

  constructor(
    readonly status: number,
    message: string,
    readonly details: { readonly type?: string; readonly param?: string; readonly code?: string } = {},
  ) {
    super(message);
  }

  static unknownModel(model: string): OpenAiError {
    return new OpenAiError(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    });
  }

  static unauthenticated(): OpenAiError {
    return new OpenAiError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    );
  }

  static invalidValue(param: string, message: string): OpenAiError {
    return new OpenAiError(400, message, { param, code: 'invalid_value' });
  }

  /** A body that does not fit, with the first offending parameter named. */
  static fromZod(error: z.ZodError): OpenAiError {
    const [issue] = error.issues;
    if (issue?.code === 'unrecognized_keys') {
      const param = issue.keys[0] ?? '';
      return new OpenAiError(400, `Unknown parameter: '${param}'.`, { param, code: 'unknown_parameter' });
    }
    const param = (issue?.path ?? [])
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .slice(1);
    if (issue?.code === 'invalid_type' && issue.message.endsWith('undefined'))
      return new OpenAiError(400, `Missing required parameter: '${param}'.`, {
        param,
        code: 'missing_required_parameter',
      });
    return OpenAiError.invalidValue(param, `Invalid value for '${param}': ${issue?.message ?? 'not accepted'}.`);
  }

  toBody(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    const { type = 'invalid_request_error', param = null, code = null } = this.details;
    return { error: { message: this.message, type, param, code } };
  }
}

/** An error for a status that no handler decided on, as the fault plan uses. */
export function openAiErrorForStatus(status: number): OpenAiError {
  if (status === 401) return OpenAiError.unauthenticated();
  if (status === 429)
    return new OpenAiError(429, 'Rate limit reached for requests. Please try again later.', {
      type: 'requests',
      code: 'rate_limit_exceeded',
    });
  return status >= 500
    ? new OpenAiError(status, 'The server had an error while processing your request. Sorry about that!', {
        type: 'server_error',
      })
    : new OpenAiError(status, 'Request refused');
}
