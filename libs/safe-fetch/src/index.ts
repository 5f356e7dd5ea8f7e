export { parseDataUrl } from './data-url.js';
export { FetchFailedError, type FetchFailureReason } from './fetch-failed-error.js';
export type { ResolvedAddress, ResolveHost } from './guarded-lookup.js';
export { type HostRules, isHostAllowed } from './host-rules.js';
export type { PostAnswer } from './post-once.js';
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
export { safeFetchSettings } from './settings.js';
export { webhookUrlProblem } from './webhook-url.js';
