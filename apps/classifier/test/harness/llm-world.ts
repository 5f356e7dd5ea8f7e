import { ClassifierServiceService } from '@atelier/contracts/classifier/v1';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { socketAddress, testRuntime } from '@atelier/testing';
import { classifierConfig, startClassifier } from '../../src/index.js';
import { type FakeLedger, startFakeLedger } from './fake-ledger.js';
import { type OpenAiServer, startOpenAiServer } from './openai-server.js';

/** The real service with a language model that behaves as told and a ledger that notes its entries. */
export interface LlmWorld {
  readonly client: GrpcClient<ClassifierServiceService>;
  readonly openAi: OpenAiServer;
  readonly ledger: FakeLedger;
  readonly published: UsageEvent[];
  readonly service: RunningService;
  close(): Promise<void>;
}

export async function startLlmWorld(env: Record<string, string> = {}): Promise<LlmWorld> {
  const [openAi, ledger] = await Promise.all([startOpenAiServer(), startFakeLedger()]);
  const stop = async (): Promise<void> => {
    ledger.stop();
    await openAi.close();
  };
  const config = loadConfig(classifierConfig, {
    GENERATION_URL: ledger.address,
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: openAi.url,
    WEB_SEARCH_ENABLED: 'false',
    ...env,
  });
  const { runtime, published } = testRuntime('classifier');
  const service = await startClassifier({ config, runtime, address: socketAddress() }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const client = createGrpcClient(ClassifierServiceService, { target: service.address });
  return {
    client,
    openAi,
    ledger,
    published,
    service,
    close: async () => {
      client.close();
      await service.close(100);
      await stop();
    },
  };
}
