import { z } from 'zod';
import type { ProviderJob, ProviderOutput } from '../provider-adapter.js';

/** What a model bills by tokens, in micro-dollars per million. */
export interface ImageTokenPrices {
  readonly textInputMicrosPerMillion: number;
  readonly imageInputMicrosPerMillion: number;
  readonly imageOutputMicrosPerMillion: number;
}

const answerSchema = z.object({
  data: z.array(z.object({ b64_json: z.string().min(1).nullish(), url: z.url().nullish() })).nullish(),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish(),
  usage: z
    .object({
      input_tokens_details: z.object({ text_tokens: z.int().nonnegative(), image_tokens: z.int().nonnegative() }),
      output_tokens: z.int().nonnegative(),
    })
    .nullish()
    .catch(undefined),
});

type Usage = NonNullable<z.infer<typeof answerSchema>['usage']>;

/** Reads an images answer; throws when it is none. */
export function toJob(answer: unknown, prices: ImageTokenPrices | undefined): ProviderJob {
  const { data, output_format: format, usage } = answerSchema.parse(answer);
  const contentType = `image/${format ?? 'png'}`;
  const outputs = (data ?? []).flatMap((image): ProviderOutput[] => {
    if (image.b64_json) return [{ kind: 'bytes', bytes: Buffer.from(image.b64_json, 'base64'), contentType }];
    return image.url ? [{ kind: 'url', url: image.url }] : [];
  });
  const cost = usage && prices ? { actualCostMicros: costOf(usage, prices) } : {};
  if (outputs.length === 0) {
    const failure = { kind: 'provider_error', message: 'The answer has no image.' } as const;
    return { id: '', state: 'failed', outputs, failure, ...cost };
  }
  return { id: '', state: 'succeeded', progress: 100, outputs, ...cost };
}

function costOf({ input_tokens_details: input, output_tokens: output }: Usage, prices: ImageTokenPrices): number {
  const millionths =
    input.text_tokens * prices.textInputMicrosPerMillion +
    input.image_tokens * prices.imageInputMicrosPerMillion +
    output * prices.imageOutputMicrosPerMillion;
  return Math.ceil(millionths / 1_000_000);
}
