export { parseDataUrl } from './data-url.js';
export { FetchFailedError, type FetchFailureReason } from './fetch-failed-error.js';
export type { ResolvedAddress, ResolveHost } from './guarded-lookup.js';
export { DEFAULT_IMAGE_HOSTS, type HostRules, isHostAllowed, parseHostRules } from './host-rules.js';
export type { PostAnswer } from './post-once.js';
export { parsePrivateOrigins } from './private-origins.js';
export { isPublicAddress } from './public-address.js';
export {
  createSafeFetcher,
  type DownloadedContent,
  type FetchedContent,
  type SafeFetcher,
  type SafeFetcherOptions,
  type SafeFetchRequest,
  type SafePostRequest,
} from './safe-fetcher.js';
export { webhookUrlProblem } from './webhook-url.js';
