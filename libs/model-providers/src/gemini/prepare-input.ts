import { z } from 'zod';
import type { ProviderRequest } from '../provider-adapter.js';

const inputSchema = z.looseObject({
  contents: z.array(z.looseObject({ parts: z.array(z.unknown()).default([]) })).default([]),
});

/** Images are parts of the message beside its text, whatever field the catalogue names. */
export function prepareInput(request: ProviderRequest): unknown {
  const images = Object.values(request.images).flat();
  const { contents, ...rest } = inputSchema.parse(request.input);
  const [message = { role: 'user', parts: [] }, ...others] = contents;
  const added = images.map(({ bytes, contentType }) => ({
    inlineData: { mimeType: contentType, data: Buffer.from(bytes).toString('base64') },
  }));
  return { ...rest, contents: [{ ...message, parts: [...message.parts, ...added] }, ...others] };
}
