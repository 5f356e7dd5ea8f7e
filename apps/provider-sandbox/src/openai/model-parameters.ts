import { OpenAiError } from './openai-error.js';

const TAKES_NO_MAX_TOKENS = /^(?:o\d|gpt-[56])/;
const HAS_FIXED_SAMPLING = /^(?:o\d|gpt-5(?:-mini|-nano)?(?:-\d{4}|$))/;

/** Throws the 400 that reasoning models give to parameters which older models take. */
export function assertTakesParameters(
  model: string,
  parameters: { readonly max_tokens?: unknown; readonly temperature?: number | null; readonly top_p?: number | null },
): void {
  if (parameters.max_tokens != null && TAKES_NO_MAX_TOKENS.test(model))
    throw new OpenAiError(
      400,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { param: 'max_tokens', code: 'unsupported_parameter' },
    );
  for (const param of ['temperature', 'top_p'] as const) {
    const value = parameters[param];
    if (value != null && value !== 1 && HAS_FIXED_SAMPLING.test(model))
      throw new OpenAiError(
        400,
        `Unsupported value: '${param}' does not support ${value} with this model. Only the default (1) value is supported.`,
        { param, code: 'unsupported_value' },
      );
  }
}
