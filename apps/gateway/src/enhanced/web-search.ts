import { type ClassifierServiceService, WebSearchOutcome } from '@atelier/contracts/classifier/v1';
import { ServiceError } from '@atelier/errors';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { FoundPage, Intent, PlanRequest } from './plan.js';

/** What looking things up brought. */
export interface LookedUp {
  /** Undefined when nothing had to be looked up; empty when nothing was found. */
  readonly pages: readonly FoundPage[] | undefined;
  readonly warnings: readonly string[];
}

/** What the rest of a plan needs after the search, in milliseconds. */
const reserveMs = 1_000;
const longestQuery = 300;

const notInTime = 'The web search did not answer in time.';
const failed = 'The web search failed; the plan was made without it.';
const warnings: Partial<Record<WebSearchOutcome, string>> = {
  [WebSearchOutcome.WEB_SEARCH_OUTCOME_FAILED]: failed,
  [WebSearchOutcome.WEB_SEARCH_OUTCOME_OVER_BUDGET]: 'The web was not searched: the budget does not allow it.',
};

/**
 * Looks up the event or person that a styling refers to. It never fails and ends in time: without results a plan is
 * still a plan. What pages say is shown beside the plan and never becomes part of its prompt.
 */
export async function lookUp(
  classifier: Pick<GrpcClient<typeof ClassifierServiceService>, 'searchWeb'>,
  { workflow, requiresWebSearch, webSearchQuery }: Intent,
  { bypassCache, withoutWebSearch }: Pick<PlanRequest, 'bypassCache' | 'withoutWebSearch'>,
  longestMs: number,
  context: CallContext,
): Promise<LookedUp> {
  const query = [...webSearchQuery.trim()].slice(0, longestQuery).join('');
  if (withoutWebSearch || !requiresWebSearch || workflow !== 'reference_styling' || query === '') return nothing;
  const timeoutMs = Math.min(longestMs, (context.deadlineMs ?? Infinity) - Date.now() - reserveMs);
  if (timeoutMs <= 0) return { pages: [], warnings: [notInTime] };
  try {
    const { results, outcome } = await classifier.searchWeb({ query, bypassCache }, { context, timeoutMs });
    const warning = warnings[outcome];
    return {
      pages: results.map(({ title, url, imageUrl, snippet }) => ({
        title,
        url,
        imageUrl: imageUrl || undefined,
        snippet,
      })),
      warnings: warning ? [warning] : [],
    };
  } catch (error) {
    const isLate = ServiceError.from(error).code === 'DEADLINE_EXCEEDED';
    return { pages: [], warnings: [isLate ? notInTime : failed] };
  }
}

const nothing: LookedUp = { pages: undefined, warnings: [] };
