import { type Catalogue, isMediaModel, withOwnModel } from '@atelier/model-catalog';
import { createGeminiImageAdapter, createOpenAiImageAdapter, createReplicateAdapter } from '@atelier/model-providers';
import type { ConfigOf } from '@atelier/service-defaults';
import type { generationConfig } from '../generation.config.js';
import type { ConfiguredProvider } from './provider-registry.js';

/** Where the sandbox answers in the place of each provider. */
export interface SandboxUrls {
  readonly replicateBaseUrl: string;
  readonly openaiBaseUrl: string;
  readonly geminiBaseUrl: string;
}

/** The sandbox takes any token. */
const sandboxToken = 'sandbox';

type Config = ConfigOf<typeof generationConfig>;

/** Providers with a key, and those that the sandbox stands in for. The others can't be asked. */
export function configuredProviders(config: Config, catalogue: Catalogue, sandbox?: SandboxUrls): ConfiguredProvider[] {
  const tokenPrices = (modelId: string) => {
    const model = catalogue.find(modelId)?.model;
    return model && isMediaModel(model) && model.price.unit === 'image_token' ? model.price : undefined;
  };
  const providers: ConfiguredProvider[] = [];
  const replicate = access(config.REPLICATE_API_TOKEN, config.REPLICATE_BASE_URL, sandbox?.replicateBaseUrl);
  if (replicate) {
    const { key: apiToken, baseUrl } = replicate;
    providers.push({ adapter: createReplicateAdapter({ apiToken, baseUrl }), sandbox: replicate.sandbox });
  }
  const openai = access(config.OPENAI_API_KEY, config.OPENAI_BASE_URL, sandbox?.openaiBaseUrl);
  if (openai) {
    const { key: apiKey, baseUrl } = openai;
    providers.push({ adapter: createOpenAiImageAdapter({ apiKey, baseUrl, tokenPrices }), sandbox: openai.sandbox });
  }
  const gemini = access(config.AI_API_KEY, config.AI_API_BASE, sandbox?.geminiBaseUrl);
  if (gemini?.baseUrl) {
    const { key: apiKey, baseUrl } = gemini;
    const { AI_AUTH_HEADER: authHeader, AI_DEFAULT_TEMPERATURE: defaultTemperature } = config;
    const adapter = createGeminiImageAdapter({ apiKey, baseUrl, authHeader, defaultTemperature });
    providers.push({ adapter, sandbox: gemini.sandbox });
  }
  return providers;
}

/** The catalogue with AI_MODEL as it is asked for here: only Google's own servers end it when Google says so. */
export function withAiModel(catalogue: Catalogue, config: Pick<Config, 'AI_MODEL' | 'AI_API_BASE'>): Catalogue {
  const isGoogle = /(^|\.)googleapis\.com$/.test(URL.parse(config.AI_API_BASE ?? '')?.hostname ?? '');
  const isKnown = catalogue.find(config.AI_MODEL) !== undefined;
  return isGoogle && isKnown ? catalogue : withOwnModel(catalogue, config.AI_MODEL, 'gemini');
}

/** Providers that send webhooks; only the sandbox and other local stand-ins also call an address without TLS. */
export function webhookSenders(config: Config, providers: readonly ConfiguredProvider[]) {
  const senders = new Map<string, { takesHttp: boolean; secrets: readonly string[] }>();
  for (const { adapter, sandbox } of providers) {
    if (!adapter.records) continue;
    const takesHttp = sandbox || config.REPLICATE_BASE_URL?.startsWith('http:') === true;
    senders.set(adapter.provider, { takesHttp, secrets: sandbox ? [] : config.REPLICATE_WEBHOOK_SECRET });
  }
  return senders;
}

/** `host:port` of every configured base URL: outputs may lie there. */
export function outputOrigins(config: Config, sandbox?: SandboxUrls): string[] {
  const urls = [config.REPLICATE_BASE_URL, config.OPENAI_BASE_URL, config.AI_API_BASE, ...Object.values(sandbox ?? {})];
  return urls.flatMap((text) => {
    const url = typeof text === 'string' ? URL.parse(text) : null;
    if (!url) return [];
    return [`${url.hostname}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`];
  });
}

function access(key: string | undefined, baseUrl: string | undefined, sandboxUrl: string | undefined) {
  if (key) return { key, baseUrl, sandbox: false };
  return sandboxUrl ? { key: sandboxToken, baseUrl: sandboxUrl, sandbox: true } : undefined;
}
