import type { CallFailureKind } from './provider-work.js';

/** What ended an attempt badly: a failed call, or a job that the provider reports as failed or cancelled. */
export type FailureKind = CallFailureKind | 'provider_error' | 'output_unavailable' | 'deadline';

/** An error that ended a generation or an attempt, safe to show to its owner. */
export interface Failure {
  /** Stable, UPPER_SNAKE_CASE. */
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
  /** Models that could serve the same request, best first. */
  readonly alternatives?: readonly { readonly provider: string; readonly modelId: string }[];
}

const failures = {
  CONTENT_POLICY: {
    message: 'The provider refused the prompt or the result under its content policy.',
    suggestions: [
      'Describe the scene without violence, nudity, minors in danger, hate or real people.',
      'Replace names of persons and brands by a description.',
      'Try another model: policies differ between providers.',
    ],
  },
  DEADLINE_EXCEEDED: {
    message: 'The result did not arrive within the time allowed for a generation.',
    suggestions: ['Retry, or choose a faster model or a shorter video.'],
  },
  PROVIDER_OUTCOME_UNKNOWN: {
    message: 'The provider did not say whether the work was done, so it counts as spent and was not bought again.',
    suggestions: ['Retry to buy it anew.'],
  },
  PROVIDER_UNAVAILABLE: {
    message: 'The provider could not be reached.',
    suggestions: ['Retry later, or choose a model of another provider.'],
  },
  PROVIDER_RATE_LIMITED: {
    message: 'The provider takes no more requests at the moment.',
    suggestions: ['Retry in a few minutes, or choose a model of another provider.'],
  },
  PROVIDER_REJECTED: {
    message: 'The provider did not accept the request.',
    suggestions: ['Check input images and parameters, or choose another model.'],
  },
  PROVIDER_CREDIT_EXHAUSTED: {
    message: 'The account at the provider has no credit left.',
    suggestions: ['Ask the operator to add credit, or choose a model of another provider.'],
  },
  PROVIDER_NOT_CONFIGURED: {
    message: 'The provider of this model is not configured.',
    suggestions: ['Choose a model of another provider.'],
  },
  PROVIDER_DISABLED: {
    message: 'The provider of this model is turned off at the moment.',
    suggestions: ['Choose a model of another provider, or retry later.'],
  },
  MODEL_UNAVAILABLE: {
    message: 'The provider does not offer this model any more.',
    suggestions: ['Choose another model.'],
  },
  PROVIDER_FAILED: {
    message: 'The model failed to produce a result.',
    suggestions: ['Retry, or choose another model.'],
  },
  OUTPUT_UNAVAILABLE: {
    message: 'The result could not be taken over from the provider.',
    suggestions: ['Retry.'],
  },
  PARAMETERS_NOT_SUPPORTED: {
    message: 'The model can not do what is asked for.',
    suggestions: ['Choose another model or other parameters.'],
  },
  BUDGET_EXCEEDED: {
    message: 'The budget does not cover another attempt.',
    suggestions: ['Retry when the budget window has passed.'],
  },
  PREVIOUS_STEP_FAILED: {
    message: 'The first step had no result to go on with.',
    suggestions: ['Retry to run both steps again.'],
  },
  INPUT_IMAGE_NOT_FOUND: {
    message: 'An input image does not exist any more.',
    suggestions: ['Upload the image again.'],
  },
  INPUT_IMAGE_UNREACHABLE: {
    message: 'An input image could not be fetched from its URL.',
    suggestions: ['Check that the URL is public, or upload the image.'],
  },
  INPUT_IMAGE_UNSUPPORTED: {
    message: 'An input image is no image of a supported format.',
    suggestions: ['Use PNG, JPEG, WebP, AVIF, GIF or TIFF.'],
  },
  INPUT_IMAGE_TOO_LARGE: {
    message: 'An input image has more bytes or pixels than allowed.',
    suggestions: ['Use a smaller image.'],
  },
} as const satisfies Record<string, { message: string; suggestions: readonly string[] }>;

/** Codes that a failed generation can carry. */
export type FailureCode = keyof typeof failures;

/** The failure of a code; `message` replaces the default sentence. */
export function failure(code: FailureCode, message?: string): Failure {
  const { suggestions, message: standard } = failures[code];
  return { code, message: message ?? standard, suggestions };
}

const codes: Readonly<Record<FailureKind, FailureCode>> = {
  not_bought: 'PROVIDER_UNAVAILABLE',
  rate_limited: 'PROVIDER_RATE_LIMITED',
  rejected: 'PROVIDER_REJECTED',
  content_policy: 'CONTENT_POLICY',
  insufficient_credit: 'PROVIDER_CREDIT_EXHAUSTED',
  model_unavailable: 'MODEL_UNAVAILABLE',
  unknown: 'PROVIDER_OUTCOME_UNKNOWN',
  provider_error: 'PROVIDER_FAILED',
  output_unavailable: 'OUTPUT_UNAVAILABLE',
  deadline: 'DEADLINE_EXCEEDED',
};

/** What a kind of failure means to the owner. */
export function failureOf(kind: FailureKind): Failure {
  return failure(codes[kind]);
}
