import { CircuitOpenError } from '@atelier/resilience';
import type { ProviderJob } from '../provider-adapter.js';
import { ProviderError } from '../provider-error.js';

/**
 * True when a failure speaks against the provider: no or an unclear answer, or too many requests.
 * Refusals of the request (policy, bad input, unknown model, no credit) and our own refusals to call don't.
 */
export function isProviderFault(error: unknown): boolean {
  if (!(error instanceof ProviderError)) return true;
  if (error.options.cause instanceof CircuitOpenError || error.options.isAbandoned === true) return false;
  return error.kind === 'not_bought' || error.kind === 'rate_limited' || error.kind === 'unknown';
}

/** What a job says about the provider's health; `pending` while it goes on. */
export function verdictOnJob(job: ProviderJob): 'success' | 'failure' | 'ignored' | 'pending' {
  if (job.state === 'succeeded') return 'success';
  if (job.state === 'failed') return job.failure?.kind === 'content_policy' ? 'ignored' : 'failure';
  return job.state === 'cancelled' ? 'ignored' : 'pending';
}
