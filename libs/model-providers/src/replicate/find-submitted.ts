import { z } from 'zod';
import { likenessOf, type ListedRequest } from '../fingerprint.js';
import type { SubmittedJob, SubmittedList, SubmittedQuery } from '../provider-records.js';
import { PREDICTION_ID } from './parse-output.js';

/** One page of `GET /predictions`, newest first, with the time of the answer by the provider's clock. */
export interface ListPage extends z.infer<typeof pageSchema> {
  readonly providerTimeMs?: number;
}

/** Reads a page by its query parameters. */
export type ReadPage = (params: Readonly<Record<string, string>>) => Promise<ListPage>;

/** Clocks may differ by this much, in milliseconds; a provider's clock that is further behind is allowed for. */
const CLOCK_TOLERANCE_MS = 60_000;
/** 100 predictions each: five minutes at the highest rate of creation that Replicate allows. */
const MAX_PAGES = 30;

const predictionSchema = z.object({
  id: z.string().regex(PREDICTION_ID),
  model: z.string().nullish(),
  version: z.string().nullish(),
  input: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  data_removed: z.boolean().nullish(),
});

const pageSchema = z.object({ results: z.array(predictionSchema), next: z.url().nullish() });

/** Reads a page; throws when it is none. */
export async function toListPage(response: Response): Promise<ListPage> {
  const page = pageSchema.parse(await response.json());
  const providerTimeMs = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(providerTimeMs) ? page : { ...page, providerTimeMs };
}

/** Reads the predictions since shortly before the request, and keeps those that may be its own. */
export async function findSubmitted(
  read: ReadPage,
  query: SubmittedQuery,
  nowMs: () => number,
): Promise<SubmittedList> {
  let sinceMs = query.startTimeMs - CLOCK_TOLERANCE_MS;
  let page = await read(since(sinceMs));
  const behindMs = nowMs() - (page.providerTimeMs ?? nowMs());
  if (behindMs > CLOCK_TOLERANCE_MS / 2) {
    sinceMs -= behindMs;
    page = await read(since(sinceMs));
  }
  const jobs: SubmittedJob[] = [];
  for (let pages = 1; ; pages += 1) {
    const { results, next } = page;
    for (const prediction of results) jobs.push(...jobOf(prediction, query));
    if (!next) return { jobs, complete: true };
    if (pages === MAX_PAGES) return { jobs, complete: false };
    // Only its parameters: the token goes to the configured address and nowhere else.
    page = await read({ ...since(sinceMs), ...Object.fromEntries(new URL(next).searchParams) });
  }
}

/** The prediction as a job that may be the request's; undefined when it is certainly another one's. */
export function identifySubmitted(answer: unknown, query: SubmittedQuery): SubmittedJob | undefined {
  return jobOf(predictionSchema.parse(answer), query)[0];
}

function jobOf(prediction: z.infer<typeof predictionSchema>, query: SubmittedQuery): SubmittedJob[] {
  const { id, model, version, input, data_removed: isRemoved } = prediction;
  const isTold = input && isRemoved !== true && Object.keys(input).length > 0;
  const listed: ListedRequest = {
    ...(model ? { modelId: model } : {}),
    ...(version ? { version } : {}),
    ...(isTold ? { input } : {}),
  };
  const likeness = likenessOf(listed, query);
  return likeness === undefined ? [] : [{ id, likeness }];
}

function since(ms: number): Record<string, string> {
  return { created_after: new Date(ms).toISOString() };
}
