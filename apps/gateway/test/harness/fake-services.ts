import {
  AlertServiceService,
  AnalyticsServiceService,
  ExperimentServiceService,
  MonitoringServiceService,
} from '@atelier/contracts/analytics/v1';
import { ClassifierServiceService } from '@atelier/contracts/classifier/v1';
import {
  AssetServiceService,
  BudgetAdminServiceService,
  GenerationServiceService,
  LedgerServiceService,
  ProviderAdminServiceService,
  QueueAdminServiceService,
  WebhookDeliveryServiceService,
} from '@atelier/contracts/generation/v1';
import { ImageJobDirectoryServiceService, PlaygroundServiceService } from '@atelier/contracts/playground/v1';
import {
  PreferenceServiceService,
  PresetLibraryServiceService,
  PresetsServiceService,
  ReferenceServiceService,
  SessionServiceService,
  SuggestionServiceService,
} from '@atelier/contracts/presets/v1';
import { PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { ModelSelectorServiceService } from '@atelier/contracts/selector/v1';
import { defineErrors, encodeStatus, ServiceError } from '@atelier/errors';
import { metadataKeys, toStatusError } from '@atelier/grpc';
import { type Identity, IdentityTokens } from '@atelier/identity';
import { socketAddress, testIdentitySecret } from '@atelier/testing';
import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

const definitions = {
  classifier: ClassifierServiceService,
  selector: ModelSelectorServiceService,
  generation: GenerationServiceService,
  assets: AssetServiceService,
  ledger: LedgerServiceService,
  providerAdmin: ProviderAdminServiceService,
  queueAdmin: QueueAdminServiceService,
  webhookDelivery: WebhookDeliveryServiceService,
  playground: PlaygroundServiceService,
  imageJobDirectory: ImageJobDirectoryServiceService,
  presets: PresetsServiceService,
  preferences: PreferenceServiceService,
  references: ReferenceServiceService,
  sessions: SessionServiceService,
  suggestions: SuggestionServiceService,
  presetLibrary: PresetLibraryServiceService,
  privacy: PrivacyServiceService,
  alerts: AlertServiceService,
  analytics: AnalyticsServiceService,
  budgetAdmin: BudgetAdminServiceService,
  experiments: ExperimentServiceService,
  monitoring: MonitoringServiceService,
} as const;

type Definitions = typeof definitions;
type RequestOf<Method> = Method extends { requestSerialize: (value: infer Request) => Buffer } ? Request : never;
type ResponseOf<Method> = Method extends { responseDeserialize: (value: Buffer) => infer Response } ? Response : never;
type AnswerOf<Method> = Method extends { responseStream: true }
  ? AsyncIterable<ResponseOf<Method>>
  : ResponseOf<Method> | Promise<ResponseOf<Method>>;

/** Who called a fake, as the signed token says. */
export interface FakeCaller {
  readonly identity: Identity;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  /** Milliseconds that the caller still waits; Infinity without a deadline. */
  readonly timeoutMs: number;
  readonly cancelled: AbortSignal;
}

export type FakeHandler<Method> = (request: RequestOf<Method>, caller: FakeCaller) => AnswerOf<Method>;

/** One call that a fake received. */
export interface FakeCall {
  readonly method: string;
  readonly request: unknown;
  readonly caller: FakeCaller;
}

/** Errors that fakes answer with, like real services would. */
export const fakeErrors = defineErrors('fake', {
  THING_NOT_FOUND: { code: 'NOT_FOUND', title: 'Thing not found', message: 'There is no such thing.', remedy: '-' },
  THING_TAKEN: { code: 'ALREADY_EXISTS', title: 'Thing taken', message: 'The id is taken.', remedy: '-' },
  THING_AWAY: { code: 'UNAVAILABLE', title: 'Thing away', message: 'It is away.', remedy: '-' },
  THING_ENDED: { code: 'FAILED_PRECONDITION', title: 'Thing ended', message: 'It has ended.', remedy: '-' },
  BUDGET_EXHAUSTED: { code: 'RESOURCE_EXHAUSTED', title: 'Budget', message: 'The budget is used up.', remedy: '-' },
});

type AnyHandler = (request: unknown, caller: FakeCaller) => unknown;

/** All services behind the gateway on one socket. What a test does not set answers UNIMPLEMENTED. */
export class FakeServices {
  readonly address = socketAddress('services');
  readonly calls: FakeCall[] = [];
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #server = new Server();
  readonly #tokens = new IdentityTokens(testIdentitySecret);

  /** Batches are answered item by item by the fakes of the single calls, like the real services do. */
  constructor() {
    this.#handlers.set('classifier.batchClassifyIntents', this.#itemByItem('classifier.classifyIntent'));
    this.#handlers.set('selector.batchSelectModels', this.#itemByItem('selector.selectModel'));
    // No key was used before, unless a test says so.
    this.#handlers.set('generation.findGenerationByKey', () => ({ generation: undefined }));
  }

  set<Service extends keyof Definitions, Name extends keyof Definitions[Service] & string>(
    service: Service,
    method: Name,
    handler: FakeHandler<Definitions[Service][Name]>,
  ): void {
    this.#handlers.set(`${service}.${method}`, handler as AnyHandler);
  }

  callsOf(method: string): FakeCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  async start(): Promise<void> {
    for (const [service, definition] of Object.entries(definitions)) {
      const implementation = Object.fromEntries(
        Object.entries(definition as Record<string, MethodDefinition<unknown, unknown>>).map(([name, method]) => [
          name,
          method.responseStream ? this.#streaming(`${service}.${name}`) : this.#unary(`${service}.${name}`),
        ]),
      );
      this.#server.addService(definition, implementation);
    }
    new HealthImplementation({ '': 'SERVING' }).addToServer(this.#server);
    await new Promise<void>((resolve, reject) =>
      this.#server.bindAsync(this.address, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #itemByItem(method: string): AnyHandler {
    return async (batch, batchCaller) => {
      const { items } = batch as {
        items: { request: unknown; identityToken: string; requestId: string; traceparent: string; timeoutMs: number }[];
      };
      const results = items.map(async ({ request, identityToken, requestId, traceparent, timeoutMs }) => {
        try {
          const verified = this.#tokens.verify(identityToken);
          if (!verified) throw new Error('an item came without a valid identity');
          const caller = {
            ...batchCaller,
            identity: verified.identity,
            requestId,
            traceparent: traceparent || undefined,
            timeoutMs: timeoutMs || Infinity,
          };
          this.calls.push({ method, request, caller });
          const handler = this.#handlers.get(method);
          if (!handler) throw new Error(`no fake for ${method}`);
          return { response: await handler(request, caller) };
        } catch (error) {
          return { errorStatus: encodeStatus(ServiceError.from(error)) };
        }
      });
      return { results: await Promise.all(results) };
    };
  }

  #unary(method: string) {
    return (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): void => {
      void (async () => {
        try {
          answer(null, await this.#handle(method, call));
        } catch (error) {
          answer(toStatusError(ServiceError.from(error)));
        }
      })();
    };
  }

  #streaming(method: string) {
    return (call: ServerWritableStream<unknown, unknown>): void => {
      void (async () => {
        try {
          const answers = (await this.#handle(method, call)) as AsyncIterable<unknown>;
          for await (const answer of answers) {
            if (call.cancelled) return;
            call.write(answer);
          }
          call.end();
        } catch (error) {
          call.emit('error', toStatusError(ServiceError.from(error)));
        }
      })();
    };
  }

  async #handle(
    method: string,
    call: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>,
  ): Promise<unknown> {
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort());
    const caller = this.#caller(String(call.metadata.get(metadataKeys.identity)[0] ?? ''), {
      requestId: String(call.metadata.get(metadataKeys.requestId)[0]),
      traceparent: call.metadata.get(metadataKeys.traceparent)[0]?.toString(),
      timeoutMs: Number(call.getDeadline()) - Date.now(),
      cancelled: abort.signal,
    });
    const single = batches[method];
    return single ? this.#each(single, call.request as Batch, caller) : this.#one(method, call.request, caller);
  }

  #one(method: string, request: unknown, caller: FakeCaller): unknown {
    this.calls.push({ method, request, caller });
    const handler = this.#handlers.get(method);
    if (!handler) throw new Error(`no fake for ${method}`);
    return handler(request, caller);
  }

  /** A batch is its calls, each with its own caller: tests see the calls. */
  async #each(method: string, { items }: Batch, { cancelled }: FakeCaller): Promise<unknown> {
    const results = items.map(async ({ request, identityToken, requestId, traceparent, timeoutMs }) => {
      try {
        const caller = this.#caller(identityToken, {
          requestId,
          traceparent: traceparent || undefined,
          timeoutMs: timeoutMs || Infinity,
          cancelled,
        });
        return { response: await this.#one(method, request, caller) };
      } catch (error) {
        return { errorStatus: encodeStatus(ServiceError.from(error)) };
      }
    });
    return { results: await Promise.all(results) };
  }

  #caller(token: string, call: Omit<FakeCaller, 'identity'>): FakeCaller {
    const verified = this.#tokens.verify(token);
    if (!verified) throw new Error('a call came without a valid identity');
    return { ...call, identity: verified.identity };
  }
}

/** Batch methods and the method that each of their items calls. */
const batches: Readonly<Record<string, string>> = {
  'classifier.batchClassifyIntents': 'classifier.classifyIntent',
  'selector.batchSelectModels': 'selector.selectModel',
};

interface Batch {
  readonly items: readonly {
    request: unknown;
    identityToken: string;
    requestId: string;
    traceparent: string;
    timeoutMs: number;
  }[];
}
