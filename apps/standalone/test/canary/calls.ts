import {
  ClassificationStrategy,
  ClassifierServiceService,
  ClassifyIntentRequest,
  EnhancementStrategy,
} from '@atelier/contracts/classifier/v1';
import { serviceConfigs } from '@atelier/contracts/service-configs';
import { type CallContext, createGrpcClient } from '@atelier/grpc';
import { canaryBucketOf, IdentityTokens } from '@atelier/identity';

/** One answered call: for whom, and by which version. */
export interface Answered {
  readonly userId: string;
  /** Empty when the call failed. */
  readonly version: string;
}

/** Calls of the classifier as the gateway makes them, each with its user's bucket, over one connection to Envoy. */
export class Calls {
  readonly #client;
  readonly #tokens: IdentityTokens;
  #made = 0;

  constructor(target: string, identitySecret: string) {
    this.#tokens = new IdentityTokens(identitySecret);
    const serviceConfig = serviceConfigs['atelier.classifier.v1'];
    this.#client = createGrpcClient(ClassifierServiceService, { target, ...(serviceConfig ? { serviceConfig } : {}) });
  }

  close(): void {
    this.#client.close();
  }

  /** One call for each user, `atOnce` at the same time. */
  async forUsers(users: readonly string[], atOnce = 24, canary?: string): Promise<Answered[]> {
    const answers: Answered[] = [];
    const queue = users.values();
    const work = async (): Promise<void> => {
      for (const userId of queue) answers.push(await this.one(userId, canary));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return answers;
  }

  async one(userId: string, canary?: string): Promise<Answered> {
    const requestId = `canary-${(this.#made += 1)}`;
    const identity = { userId, scopes: ['read', 'generate'] } as const;
    const context: CallContext = {
      requestId,
      identity,
      identityToken: this.#tokens.sign(identity, requestId),
      canaryBucket: String(canaryBucketOf(userId)),
      ...(canary ? { canary } : {}),
    };
    const request = ClassifyIntentRequest.create({
      prompt: `a lighthouse at dusk, number ${this.#made % 500}`,
      strategy: ClassificationStrategy.CLASSIFICATION_STRATEGY_CASCADE,
      enhancement: EnhancementStrategy.ENHANCEMENT_STRATEGY_QUICK,
    });
    let version = '';
    try {
      await this.#client.classifyIntent(request, { context, timeoutMs: 20_000, onVersion: (told) => (version = told) });
      return { userId, version };
    } catch {
      return { userId, version: '' };
    }
  }
}
