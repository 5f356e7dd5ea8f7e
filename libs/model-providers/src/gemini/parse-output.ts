import { z } from 'zod';
import type { ProviderJob, ProviderOutput } from '../provider-adapter.js';
import { isContentPolicy } from './map-error.js';

const partSchema = z.looseObject({
  /** A draft on the way to the image, not an output. */
  thought: z.boolean().nullish(),
  inlineData: z.object({ mimeType: z.string(), data: z.string().min(1) }).nullish(),
});

const answerSchema = z.object({
  candidates: z
    .array(
      z.looseObject({
        content: z.object({ parts: z.array(partSchema).nullish() }).nullish(),
        finishReason: z.string().nullish(),
      }),
    )
    .nullish(),
  promptFeedback: z.looseObject({ blockReason: z.string().nullish() }).nullish(),
});

/** Reads a generateContent answer; a success without an image is a failed job. Throws when it is no such answer. */
export function toJob(answer: unknown): ProviderJob {
  const { candidates, promptFeedback } = answerSchema.parse(answer);
  const outputs = (candidates ?? [])
    .flatMap(({ content }) => content?.parts ?? [])
    .flatMap(({ thought, inlineData }): ProviderOutput[] => {
      if (thought === true || !inlineData?.mimeType.startsWith('image/')) return [];
      return [{ kind: 'bytes', bytes: Buffer.from(inlineData.data, 'base64'), contentType: inlineData.mimeType }];
    });
  if (outputs.length > 0) return { id: '', state: 'succeeded', progress: 100, outputs };

  const reason = promptFeedback?.blockReason ?? candidates?.[0]?.finishReason ?? 'none given';
  const kind = isContentPolicy(reason) ? 'content_policy' : 'provider_error';
  return { id: '', state: 'failed', outputs: [], failure: { kind, message: `The answer has no image (${reason}).` } };
}
