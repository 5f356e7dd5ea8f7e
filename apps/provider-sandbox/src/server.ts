import multipart from '@fastify/multipart';
import { fastify, type FastifyInstance } from 'fastify';
import { systemClock, type Clock } from './clock.js';
import { registerControl } from './control/control.routes.js';
import { FaultPlan } from './control/fault-plan.js';
import { CreationLog, type PaidCreation } from './creation-log.js';
import { registerGemini } from './gemini/gemini.routes.js';
import { registerOpenAi } from './openai/openai.routes.js';
import { createRandomSource } from './random-source.js';
import { RenderingStudio } from './rendering/rendering-studio.js';
import { PredictionService } from './replicate/prediction-service.js';
import { registerReplicate } from './replicate/replicate.routes.js';
import { UploadedFiles } from './replicate/uploaded-files.js';
import type { SandboxContext, SandboxLogger } from './sandbox-context.js';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const silent: SandboxLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** How a sandbox is started. */
export interface ProviderSandboxOptions {
  /** 0 picks a free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Factor on the realistic durations (images about 3 s, videos about 12 s); default 1, 0 is immediate. */
  readonly timeScale?: number;
  /** Mounts the control API under `/sandbox/control`; default false. */
  readonly control?: boolean;
  /** Makes ids and unasked-for generation seeds the same at every start. */
  readonly seed?: string;
  /** `whsec_` + base64; drawn at start when not given and served at Replicate's `/webhooks/default/secret`. */
  readonly webhookSecret?: string;
  readonly logger?: SandboxLogger;
}

/** A running sandbox. */
export interface ProviderSandbox {
  readonly url: string;
  /** For the `openai` SDK's `baseURL`. */
  readonly openaiBaseUrl: string;
  /** For the `replicate` SDK's `baseUrl`. */
  readonly replicateBaseUrl: string;
  readonly geminiBaseUrl: string;
  /** The newest requests that a real provider would have charged for, oldest first. */
  readonly creations: readonly PaidCreation[];
  /** Stops listening, cuts open connections and abandons pending webhooks. */
  close(): Promise<void>;
}

/** Clock and fetch, replaced in tests. */
export interface SandboxSurroundings {
  readonly clock?: Clock;
  readonly fetch?: typeof fetch;
}

/** Starts the stand-in for the OpenAI, Replicate and Gemini APIs; rejects when the port is taken. */
export async function startProviderSandbox(
  options: ProviderSandboxOptions = {},
  surroundings: SandboxSurroundings = {},
): Promise<ProviderSandbox> {
  const closing = new AbortController();
  const random = createRandomSource(options.seed);
  const context: SandboxContext = {
    clock: surroundings.clock ?? systemClock,
    random,
    timeScale: Math.max(0, options.timeScale ?? 1),
    faults: new FaultPlan(),
    creations: new CreationLog(),
    studio: new RenderingStudio(),
    logger: options.logger ?? silent,
    fetch: surroundings.fetch ?? fetch,
    webhookSecret: options.webhookSecret ?? `whsec_${Buffer.from(random.id(32)).toString('base64')}`,
    closing: closing.signal,
  };
  const files = new UploadedFiles(random.id(32));
  const predictions = new PredictionService(context, files);
  const app = await createServer();
  await registerReplicate(app, context, predictions, files);
  await registerOpenAi(app, context);
  await registerGemini(app, context);
  if (options.control) await app.register(async (api) => registerControl(api, context), { prefix: '/sandbox/control' });

  const url = await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  context.logger.info({ url, control: options.control === true }, 'provider sandbox listening');
  return {
    url,
    openaiBaseUrl: `${url}/openai/v1`,
    replicateBaseUrl: `${url}/replicate/v1`,
    geminiBaseUrl: `${url}/gemini/v1beta`,
    creations: context.creations.entries,
    close: async () => {
      closing.abort();
      await predictions.webhooks.idle();
      await app.close();
    },
  };
}

async function createServer(): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    // Inputs are checked against the models' own schemas: no coercion, every problem named, defaults filled in.
    ajv: {
      customOptions: {
        allErrors: true,
        coerceTypes: false,
        removeAdditional: false,
        strict: false,
        useDefaults: true,
        validateFormats: false,
      },
    },
  });
  await app.register(multipart);
  // The replicate SDK sends `content-type: application/json` with an empty body when it cancels.
  const parseJson = app.getDefaultJsonParser('error', 'ignore');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body, done);
  });
  return app;
}
