import { z } from 'zod';
import type { ClaimedPage, FoundPicture, SearchEvidence } from './verify-results.js';

/** What a response was billed for. */
export interface SearchUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Uses of the search tool. */
  readonly webSearches: number;
}

/** A response of the Responses API, read as far as it is needed and trusted in nothing. */
export interface SearchResponse {
  /** Undefined when the response does not say. */
  readonly usage: SearchUsage | undefined;
  readonly isRefused: boolean;
  readonly isComplete: boolean;
  /** Undefined when the text is not of the form that was asked for. */
  readonly claims: readonly ClaimedPage[] | undefined;
  readonly evidence: SearchEvidence;
}

/** More tokens than any model takes are not believed. */
const count = z.int().nonnegative().max(10_000_000);
const responseShape = z.object({
  status: z.string(),
  output: z.array(z.unknown()),
  usage: z
    .object({
      input_tokens: count,
      input_tokens_details: z.object({ cached_tokens: count }).nullish(),
      output_tokens: count,
    })
    .nullish()
    .catch(undefined),
});
const addressed = z.object({ url: z.string() });
const searchCallShape = z.object({
  type: z.literal('web_search_call'),
  action: z
    .object({ type: z.string(), sources: z.array(z.unknown()).nullish() })
    .nullish()
    .catch(undefined),
  results: z.array(z.unknown()).nullish().catch(undefined),
});
const pictureShape = z.object({
  type: z.literal('image_result'),
  image_url: z.string(),
  source_website_url: z.string(),
  caption: z.string().nullish().catch(undefined),
});
const messageShape = z.object({ type: z.literal('message'), content: z.array(z.unknown()) });
const textShape = z.object({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.unknown()).catch([]),
});
const citationShape = addressed.extend({ type: z.literal('url_citation') });
const refusalShape = z.object({ type: z.literal('refusal') });
const pagesShape = z.object({
  results: z.array(
    z.object({ title: z.string(), url: z.string(), image_url: z.string().nullable(), snippet: z.string() }),
  ),
});

/** Undefined for what is no response at all. */
export function readSearchResponse(value: unknown): SearchResponse | undefined {
  const response = responseShape.safeParse(value).data;
  if (!response) return undefined;
  const calls = every(searchCallShape, response.output);
  const content = every(messageShape, response.output).flatMap((message) => message.content);
  const texts = every(textShape, content);
  const sources = calls.flatMap(({ action }) => every(addressed, action?.sources ?? []));
  const citations = texts.flatMap(({ annotations }) => every(citationShape, annotations));
  const { usage } = response;
  return {
    usage: usage
      ? {
          inputTokens: usage.input_tokens,
          cachedInputTokens: Math.min(usage.input_tokens_details?.cached_tokens ?? 0, usage.input_tokens),
          outputTokens: usage.output_tokens,
          // Opening a page and reading in it are free; an action that is not told is taken for a search.
          webSearches: calls.filter(({ action }) => (action?.type ?? 'search') === 'search').length,
        }
      : undefined,
    isRefused: every(refusalShape, content).length > 0,
    isComplete: response.status === 'completed',
    claims: readPages(texts.at(-1)?.text ?? ''),
    evidence: {
      pageUrls: [...sources, ...citations].map(({ url }) => url),
      pictures: calls.flatMap(({ results }) => every(pictureShape, results ?? []).map(toPicture)),
    },
  };
}

function toPicture({ image_url, source_website_url, caption }: z.output<typeof pictureShape>): FoundPicture {
  return { imageUrl: image_url, pageUrl: source_website_url, caption: caption ?? '' };
}

function readPages(text: string): readonly ClaimedPage[] | undefined {
  try {
    return pagesShape.parse(JSON.parse(text)).results;
  } catch {
    return undefined;
  }
}

/** The values that have the shape; others are passed over. */
function every<Shape extends z.ZodType>(shape: Shape, values: readonly unknown[]): z.output<Shape>[] {
  return values.flatMap((value) => {
    const parsed = shape.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}
