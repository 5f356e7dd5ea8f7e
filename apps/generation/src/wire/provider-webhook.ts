import {
  ProviderWebhookOutcome,
  type ReceiveProviderWebhookRequest,
  ReceiveProviderWebhookResponse,
} from '@atelier/contracts/generation/v1';
import type { ProviderWebhook, WebhookOutcome } from '../domain/receive-webhook.js';
import { generationErrors } from '../generation.errors.js';

export function webhookFromWire(request: ReceiveProviderWebhookRequest): ProviderWebhook {
  const { provider, webhookId: id, timestamp, signatures, body, attemptToken: token } = request;
  return { provider, id, timestamp, signatures, body, token };
}

/** The answer to a genuine webhook. Throws for every other. */
export function webhookAnswer(outcome: WebhookOutcome): ReceiveProviderWebhookResponse {
  switch (outcome) {
    case 'accepted':
      return answer(ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_ACCEPTED);
    case 'duplicate':
      return answer(ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_DUPLICATE);
    case 'too_late':
      return answer(ProviderWebhookOutcome.PROVIDER_WEBHOOK_OUTCOME_TOO_LATE);
    case 'not_used':
      throw generationErrors.WEBHOOKS_NOT_USED();
    case 'malformed':
      throw generationErrors.WEBHOOK_MALFORMED();
    case 'forged':
      throw generationErrors.WEBHOOK_SIGNATURE_INVALID();
    case 'stale':
      throw generationErrors.WEBHOOK_EXPIRED();
    case 'unknown_job':
      throw generationErrors.WEBHOOK_JOB_UNKNOWN();
    case 'provider_unreachable':
      throw generationErrors.WEBHOOK_NOT_CONFIRMED({ retryAfterMs: 10_000 });
  }
}

function answer(outcome: ProviderWebhookOutcome): ReceiveProviderWebhookResponse {
  return ReceiveProviderWebhookResponse.create({ outcome });
}
