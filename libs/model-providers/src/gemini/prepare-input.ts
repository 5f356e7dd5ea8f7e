import { z } from 'zod';
import type { ProviderRequest } from '../provider-adapter.js';

const inputSchema = z.looseObject({
  contents: z.array(z.looseObject({ parts: z.array(z.unknown()).default([]) })).default([]),
  generationConfig: z.looseObject({ temperature: z.number().optional() }).optional(),
});

/** Images are parts of the message beside its text, whatever field the catalogue names. */
export function prepareInput(request: ProviderRequest, defaultTemperature?: number): unknown {
  const images = Object.values(request.images).flat();
  const { contents, generationConfig, ...rest } = inputSchema.parse(request.input);
  const temperature = generationConfig?.temperature ?? defaultTemperature;
  const config = { ...generationConfig, ...(temperature === undefined ? {} : { temperature }) };
  const [message = { role: 'user', parts: [] }, ...others] = contents;
  const added = images.map(({ bytes, contentType }) => ({
    inlineData: { mimeType: contentType, data: Buffer.from(bytes).toString('base64') },
  }));
  return {
    ...rest,
    contents: [{ ...message, parts: [...message.parts, ...added] }, ...others],
    ...(Object.keys(config).length > 0 ? { generationConfig: config } : {}),
  };
}
