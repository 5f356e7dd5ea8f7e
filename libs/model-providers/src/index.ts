export { createGeminiImageAdapter, type GeminiImageOptions } from './gemini/create-adapter.js';
export { createOpenAiImageAdapter, type OpenAiImageOptions } from './openai/create-adapter.js';
export type { ImageTokenPrices } from './openai/parse-output.js';
export { CircuitBreakingAdapter } from './policies/circuit-breaking-adapter.js';
export { MeteredAdapter, type MeteredAdapterOptions, type ModelHealth } from './policies/metered-adapter.js';
export { type CircuitHold, ProviderCircuits, type ProviderCircuitsOptions } from './policies/provider-circuits.js';
export type {
  ProviderAdapter,
  ProviderImage,
  ProviderJob,
  ProviderJobState,
  ProviderOutput,
  ProviderRequest,
} from './provider-adapter.js';
export type {
  Likeness,
  PreparedRequest,
  ProviderRecords,
  RequestFingerprint,
  SubmittedJob,
  SubmittedList,
  SubmittedQuery,
} from './provider-records.js';
export { ProviderError, type ProviderFailureKind } from './provider-error.js';
export { createReplicateAdapter, type ReplicateOptions } from './replicate/create-adapter.js';
export type { HttpFetch } from './transport/http-fetch.js';
