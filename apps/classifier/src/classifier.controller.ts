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
import { currentCall, grpcErrors } from '@atelier/grpc';
import { IdentityTokens } from '@atelier/identity';
import { classifierErrors } from './classifier.errors.js';
import { IntentClassifier, type IntentRequest } from './domain/classify-intent.js';
import type { Classification } from './domain/intent.js';
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
    const start = performance.now();
    const answer = await this.classifier.classify(checked(request));
    return this.respond(request, answer, start);
  }

  batchClassifyIntents({ items }: BatchClassifyIntentsRequest): BatchClassifyIntentsResponse {
    if (items.length === 0 || items.length > largestBatch) throw classifierErrors.CLASSIFICATION_BATCH_TOO_LARGE();
    return BatchClassifyIntentsResponse.create({ results: items.map((item) => this.classifyItem(item)) });
  }

  /** A batch never waits: one prompt that needs the language model would hold up all others. */
  private classifyItem({ request, identityToken }: BatchClassifyIntentsItem): BatchClassifyIntentsResult {
    try {
      if (!this.tokens.verify(identityToken)) throw grpcErrors.IDENTITY_REQUIRED();
      const start = performance.now();
      const wanted = request ?? ClassifyIntentRequest.create();
      const answer = this.classifier.classifyAtOnce(checked(wanted));
      if (!answer) throw classifierErrors.CLASSIFY_SINGLY();
      return { response: this.respond(wanted, answer, start) };
    } catch (error) {
      return { errorStatus: encodeStatus(ServiceError.from(error)) };
    }
  }

  private respond(request: ClassifyIntentRequest, answer: Classification, start: number): ClassifyIntentResponse {
    const elapsedUs = (performance.now() - start) * 1000;
    return toWireResponse(request, answer, { version: this.classifier.version, elapsedUs });
  }
}

/** @throws PROMPT_INVALID */
function checked(request: ClassifyIntentRequest): IntentRequest {
  // Characters as people count them: an emoji is one.
  const { length } = [...request.prompt.trim()];
  if (length > 0 && length <= longestPrompt) return fromWireRequest(request, currentCall()?.signal);
  const violations = [{ field: 'prompt', message: 'must have 1 to 2000 characters' }];
  throw classifierErrors.PROMPT_INVALID({ violations });
}
