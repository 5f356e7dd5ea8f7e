import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyticsConfig, startAnalytics } from '@atelier/analytics';
import { openAssetStorage } from '@atelier/asset-storage';
import { classifierConfig, startClassifier } from '@atelier/classifier';
import { adminKeyFile, gatewayConfig, hasOwnIdentity, refuseOpenDoor, startGateway } from '@atelier/gateway';
import { generationConfig, startGeneration } from '@atelier/generation';
import { modelSelectorConfig, startModelSelector } from '@atelier/model-selector';
import { type Database, DataDirectoryInUseError, lockDataDirectory, openDatabase } from '@atelier/persistence';
import { playgroundProcessorConfig, startPlaygroundProcessor } from '@atelier/playground-processor';
import { presetsConfig, startPresets } from '@atelier/presets';
import { startProviderSandbox } from '@atelier/provider-sandbox';
import { openRedis } from '@atelier/redis';
import {
  type ConfigShape,
  createServiceRuntime,
  loadConfig,
  type ServiceRuntime,
  serviceVersion,
  startProcessTracing,
  StartRefused,
  type Stoppable,
  usageConfig,
} from '@atelier/service-defaults';
import { announcement } from './announcement.js';
import { loopbackAddresses } from './loopback-address.js';
import { standaloneConfig } from './standalone.config.js';

/** Everything in one process, and where it answers. */
export interface Standalone extends Stoppable {
  readonly url: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));

/** The services and the variable that tells the others where each one is. */
const urlVariables = {
  analytics: 'ANALYTICS_URL',
  classifier: 'CLASSIFIER_URL',
  'model-selector': 'MODEL_SELECTOR_URL',
  generation: 'GENERATION_URL',
  'playground-processor': 'PLAYGROUND_PROCESSOR_URL',
  presets: 'PRESETS_URL',
} as const;
type ServiceName = keyof typeof urlVariables;

/**
 * The embedded default: every service on its own socket, one database, one folder, and the sandbox for each provider
 * without a key. What is started here is what `start:<service>` starts alone.
 */
export async function startStandalone(env: NodeJS.ProcessEnv, print: (text: string) => void): Promise<Standalone> {
  const startedAt = performance.now();
  const opened: (() => Promise<unknown> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).toReversed()) await step();
  };
  try {
    const config = loadConfig(standaloneConfig, env);
    const version = serviceVersion(import.meta.url, config.SERVICE_VERSION);
    const graceMs = config.SHUTDOWN_GRACE * 1000;
    // Everything is validated before anything is opened, so that a typing error leaves nothing behind.
    const addresses = await loopbackAddresses();
    opened.push(() => addresses.release());
    const names = Object.keys(urlVariables) as ServiceName[];
    const targets = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await addresses.next(name)])),
    ) as Record<ServiceName, string>;
    const settings = { ...env, ...Object.fromEntries(names.map((name) => [urlVariables[name], targets[name]])) };
    const read = <const Shape extends ConfigShape>(shape: Shape) => loadConfig(shape, settings);
    const usage = read(usageConfig);
    const configs = {
      analytics: read(analyticsConfig),
      classifier: read(classifierConfig),
      modelSelector: read(modelSelectorConfig),
      generation: read(generationConfig),
      playground: read(playgroundProcessorConfig),
      presets: read(presetsConfig),
      gateway: read(gatewayConfig),
    };

    refuseOpenDoor(configs.gateway);

    const tracing = await startProcessTracing({ name: 'atelier', version, isEdge: true }, config);
    opened.push(() => tracing.close());

    const dataDir = resolve(config.DATA_DIR);
    const lock = lockDataDirectory(dataDir);
    opened.push(() => lock.release());
    let embedded: Database | undefined;
    const database = await openDatabase({
      databaseUrl: config.DATABASE_URL,
      dataDir,
      onError: (error) => {
        process.stderr.write(`atelier: database: ${error.message}\n`);
        // A dead embedded database can't be opened again in this process: it ends, and whoever supervises it starts it anew.
        embedded?.ping().catch(() => process.exit(1));
      },
    });
    if (database.kind === 'pglite') embedded = database;
    opened.push(() => database.close());
    const storage = await openAssetStorage({ ...configs.gateway, DATA_DIR: dataDir });

    const sandboxed = missingProviders(configs.generation);
    const sandbox =
      sandboxed.length > 0
        ? await startProviderSandbox({
            port: config.SANDBOX_PORT,
            timeScale: config.SANDBOX_TIME_SCALE,
            control: config.SANDBOX_CONTROL,
          })
        : undefined;
    if (sandbox) opened.push(() => sandbox.close());

    const identitySecret = env['IDENTITY_SECRET'] ?? randomBytes(32).toString('base64url');
    const runtimeOf = (name: string): ServiceRuntime => {
      const runtime = createServiceRuntime({
        name,
        version,
        logLevel: config.LOG_LEVEL,
        identitySecret,
        analyticsUrl: targets.analytics,
        usage,
      });
      opened.push(() => runtime.close());
      return runtime;
    };
    const start = async <Config>(
      name: ServiceName,
      serviceConfig: Config,
      launch: (start: {
        config: Config;
        runtime: ServiceRuntime;
        address: string;
      }) => Promise<{ close(graceMs?: number): Promise<void> }>,
    ): Promise<void> => {
      const service = await launch({ config: serviceConfig, runtime: runtimeOf(name), address: targets[name] });
      opened.push(() => service.close(graceMs));
    };
    await start('analytics', configs.analytics, (common) => startAnalytics({ ...common, database }));
    await Promise.all([
      start('classifier', configs.classifier, startClassifier),
      start('presets', configs.presets, (common) => startPresets({ ...common, database })),
      start('generation', configs.generation, (common) => startGeneration({ ...common, database, storage, sandbox })),
    ]);
    // These call generation as soon as they run. A call that came too early would leave every client of this process
    // in the connection's back-off, for they share it.
    await Promise.all([
      start('model-selector', configs.modelSelector, startModelSelector),
      start('playground-processor', configs.playground, (common) =>
        startPlaygroundProcessor({ ...common, database, storage }),
      ),
    ]);
    const runtime = runtimeOf('gateway');
    const redis = await openRedis(configs.gateway, { name: 'atelier', logger: runtime.logger });
    opened.push(() => redis?.close());
    const gateway = await startGateway({
      config: configs.gateway,
      runtime,
      database,
      storage,
      redis,
      docsDir: join(here, '../../../docs'),
      webRoot: join(here, '../../web/dist'),
    });
    opened.push(() => gateway.close());

    print(
      announcement({
        url: gateway.url,
        dataDir,
        databaseUrl: config.DATABASE_URL,
        newAdminKey: gateway.newAdminKey,
        adminKeyFile: hasOwnIdentity(configs.gateway) ? undefined : join(dataDir, adminKeyFile),
        sandboxed,
        milliseconds: performance.now() - startedAt,
      }),
    );
    return { url: gateway.url, close };
  } catch (error) {
    await close();
    if (error instanceof DataDirectoryInUseError) throw new StartRefused(error.message, { cause: error });
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new StartRefused(`port ${env['PORT'] ?? 3000} is in use; stop what uses it or set PORT`, { cause: error });
    }
    throw error;
  }
}

function missingProviders(config: {
  REPLICATE_API_TOKEN?: string | undefined;
  OPENAI_API_KEY?: string | undefined;
  AI_API_KEY?: string | undefined;
}): string[] {
  const keys = { replicate: config.REPLICATE_API_TOKEN, openai: config.OPENAI_API_KEY, gemini: config.AI_API_KEY };
  return Object.entries(keys).flatMap(([provider, key]) => (key ? [] : [provider]));
}
