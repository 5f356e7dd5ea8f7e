import { Controller } from '@nestjs/common';
import {
  BatchClassifyIntentsItem,
  BatchClassifyIntentsRequest,
  BatchClassifyIntentsResponse,
  type BatchClassifyIntentsResult,
  type ClassifierServiceController,
  ClassifierServiceControllerMethods,
  ClassifyIntentRequest,
  ClassifyIntentResponse,
} from '@atelier/contracts/classifier/v1';
import { encodeStatus, ServiceError } from '@atelier/errors';
import { currentCall, grpcErrors, runInCall } from '@atelier/grpc';
import { IdentityTokens } from '@atelier/identity';
import { classifierErrors } from './classifier.errors.js';
import { IntentClassifier } from './domain/classify-intent.js';
import { fromWireRequest, toWireResponse } from './wire-intent.js';

const longestPrompt = 2_000;
const largestBatch = 256;

@Controller()
@ClassifierServiceControllerMethods()
export class ClassifierController implements ClassifierServiceController {
  constructor(
    private readonly classifier: IntentClassifier,
    private readonly tokens: IdentityTokens,
  ) {}

  async classifyIntent(request: ClassifyIntentRequest): Promise<ClassifyIntentResponse> {
    const { length } = request.prompt.trim();
    if (length === 0 || length > longestPrompt) {
      throw classifierErrors.PROMPT_INVALID({
        violations: [{ field: 'prompt', message: 'must have 1 to 2000 characters' }],
      });
    }
    const start = performance.now();
    const answer = await this.classifier.classify(fromWireRequest(request, currentCall()?.signal));
    const elapsedUs = (performance.now() - start) * 1000;
    return toWireResponse(request, answer, { version: this.classifier.version, elapsedUs });
  }

  async batchClassifyIntents({ items }: BatchClassifyIntentsRequest): Promise<BatchClassifyIntentsResponse> {
    if (items.length === 0 || items.length > largestBatch) throw classifierErrors.CLASSIFICATION_BATCH_TOO_LARGE();
    return BatchClassifyIntentsResponse.create({
      results: await Promise.all(items.map((item) => this.classifyItem(item))),
    });
  }

  /** Each item is a call of its own: its caller, request id, trace and deadline. */
  private async classifyItem(item: BatchClassifyIntentsItem): Promise<BatchClassifyIntentsResult> {
    try {
      const verified = this.tokens.verify(item.identityToken);
      if (!verified) throw grpcErrors.IDENTITY_REQUIRED();
      const batch = currentCall();
      const context = {
        ...batch,
        requestId: item.requestId,
        identity: verified.identity,
        identityToken: item.identityToken,
        ...(item.traceparent ? { traceparent: item.traceparent } : {}),
        ...(item.timeoutMs > 0
          ? { deadlineMs: Math.min(Date.now() + item.timeoutMs, batch?.deadlineMs ?? Infinity) }
          : {}),
      };
      return {
        response: await runInCall(context, () => this.classifyIntent(item.request ?? ClassifyIntentRequest.create())),
      };
    } catch (error) {
      return { errorStatus: encodeStatus(ServiceError.from(error)) };
    }
  }
}
