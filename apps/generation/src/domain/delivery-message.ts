import { type Generation, hasEnded } from './generation.js';

/** A message that an end makes. */
export interface EndMessage {
  readonly event: string;
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

/** The message to the webhook of a generation that has just ended; undefined without a webhook, and before the end. */
export function endMessage(generation: Generation, publicUrl = ''): EndMessage | undefined {
  const { webhookUrl: url, state, generationId } = generation;
  if (url === '' || !hasEnded(generation)) return undefined;
  const event = `generation.${state}`;
  const { failure, sessionId, parentId } = generation;
  const body = {
    type: event,
    timestamp: iso(generation.endTimeMs ?? generation.updateTimeMs),
    // Neither texts of the caller nor links that let others in: whoever receives it can ask for the rest.
    data: {
      id: generationId,
      status: state,
      workflow_type: generation.workflow,
      provider: generation.provider,
      model_id: generation.modelId,
      cost: { estimated: dollars(generation.estimatedCostMicros), actual: dollars(generation.actualCostMicros ?? 0) },
      ...(failure ? { error: { code: failure.code, message: failure.message } } : {}),
      outputs: generation.outputs.map((asset) => ({
        content_type: asset.contentType,
        width: asset.width,
        height: asset.height,
        ...(asset.durationS > 0 ? { duration_s: asset.durationS } : {}),
        bytes: asset.sizeBytes,
        sha256: asset.sha256,
      })),
      ...(sessionId === '' ? {} : { session_id: sessionId }),
      ...(parentId === '' ? {} : { parent_id: parentId }),
      created_at: iso(generation.createTimeMs),
      updated_at: iso(generation.updateTimeMs),
      url: `${publicUrl}/api/v1/generations/${generationId}`,
    },
  };
  return { event, url, body: JSON.stringify(body) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function dollars(micros: number): number {
  return micros / 1_000_000;
}
