import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { MappingResult, MediaModel } from '../src/index.js';

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

/** What the model's input schema has against a mapped request once its images are filled in; empty when nothing. */
export function nativeProblems(model: MediaModel, result: Extract<MappingResult, { ok: true }>): string[] {
  const validate = compiled.get(model.id) ?? ajv.compile(model.inputSchema);
  compiled.set(model.id, validate);
  validate(withImages(model, result));
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** Puts placeholders where the provider adapter will put the images. */
function withImages(model: MediaModel, { input, imageFields }: Extract<MappingResult, { ok: true }>) {
  const filled = structuredClone(input) as Record<string, unknown>;
  for (const { field, indices, list } of imageFields) {
    if (model.provider === 'gemini') {
      const [content] = filled['contents'] as { parts: unknown[] }[];
      content?.parts.push(...indices.map(() => ({ inlineData: { mimeType: 'image/png', data: '' } })));
    } else {
      const urls = indices.map((index) => `https://images.test/${index}.png`);
      filled[field] = list ? urls : urls[0];
    }
  }
  return filled;
}
