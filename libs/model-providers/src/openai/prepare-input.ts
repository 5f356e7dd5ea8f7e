import type OpenAI from 'openai';
import type { ProviderImage, ProviderRequest } from '../provider-adapter.js';

/** The request as one of the two methods takes it. */
export type OpenAiImageInput =
  | { readonly edit: OpenAI.ImageEditParamsNonStreaming; readonly generate?: never }
  | { readonly generate: OpenAI.ImageGenerateParamsNonStreaming; readonly edit?: never };

/** Images travel inside the request, as an edit; a request without any is a generation. */
export function prepareInput(request: ProviderRequest): OpenAiImageInput {
  const { image = [], mask = [] } = request.images;
  // The catalogue has mapped the parameters to the model's own schema, which the provider checks again.
  const generate = { ...request.input, model: request.modelId } as OpenAI.ImageGenerateParamsNonStreaming;
  if (image.length === 0) return { generate };
  return {
    edit: {
      ...(generate as object as OpenAI.ImageEditParamsNonStreaming),
      image: image.map(toFile),
      ...(mask[0] === undefined ? {} : { mask: toFile(mask[0]) }),
    },
  };
}

function toFile({ bytes, contentType }: ProviderImage): File {
  return new File([new Uint8Array(bytes)], `input.${contentType.split('/')[1]}`, { type: contentType });
}
