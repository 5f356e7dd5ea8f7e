import { gatewayErrors } from '../gateway.errors.js';
import type { ImageInputReader } from './image-inputs.js';
import { findMarkup } from './markup.js';
import type { PlanRequest } from './plan.js';
import type { PlanBody, ProcessRequest } from './process.schema.js';

/** Refuses markup in texts that become part of a prompt. @throws PROMPT_MARKUP_REFUSED with the field */
export function refuseMarkup(texts: Readonly<Record<string, string | undefined>>): void {
  for (const [field, value] of Object.entries(texts)) {
    const found = value && findMarkup(value);
    if (!found) continue;
    throw gatewayErrors.PROMPT_MARKUP_REFUSED({
      message: `The field ${field} holds ${found}; describe the picture in plain words.`,
      violations: [{ field, message: `holds ${found}` }],
    });
  }
}

/** What a validated body asks to be planned. @throws for markup and for images that are not allowed */
export function toPlanRequest(
  body: PlanBody & Pick<ProcessRequest, 'workflow_type' | 'model_id' | 'provider'>,
  images: ImageInputReader,
): PlanRequest {
  const { prompt, working_image_url: working, user_preferences: preferences, parameters } = body;
  refuseMarkup({
    prompt,
    'user_preferences.style': preferences?.style,
    'parameters.negative_prompt': parameters?.negative_prompt,
  });
  return {
    prompt,
    workingImages: images.readAll(typeof working === 'string' ? [working] : working, 'working_image_url'),
    uploadedImages: images.readAll(body.uploaded_images, 'uploaded_images'),
    sessionId: body.session_id,
    presetId: body.preset_id,
    quality: preferences?.quality,
    style: preferences?.style,
    format: preferences?.format,
    useAi: body.use_ai_classification,
    referenceRoles: body.reference_roles,
    enhance: body.enhance,
    bypassCache: body.cache === 'bypass',
    parameters,
    workflow: body.workflow_type,
    modelId: body.model_id,
    provider: body.provider,
  };
}
