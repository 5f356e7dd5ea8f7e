import type { OnModuleDestroy } from '@nestjs/common';
import { type PresetLibraryServiceService, PresetUse, RecordPresetUsesRequest } from '@atelier/contracts/presets/v1';
import { ServiceError } from '@atelier/errors';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { counter, type Logger } from '@atelier/service-defaults';

/** Uses that wait for a presets service that is away; more are lost, and counted. */
const mostWaiting = 10_000;
const mostInBatch = 500;
const retryAfterMs = 5_000;
const patienceMs = 3_000;

const lost = counter({
  name: 'atelier_gateway_preset_uses_lost_total',
  help: 'Generations with a preset that could not be told to the presets service',
  labelNames: [],
});

/** What reports need. */
export interface PresetUseReportsParts {
  readonly library: Pick<GrpcClient<typeof PresetLibraryServiceService>, 'recordPresetUses'>;
  /** Context of a call in the gateway's own name. */
  readonly context: () => CallContext;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** Runs later; answers how to call it off. For tests. */
  readonly later?: (work: () => void, delayMs: number) => () => void;
}

/**
 * Tells the presets service which presets were generated with, in batches and without making anybody wait. A use is known
 * by its generation, so telling it again is harmless; a gateway that is killed loses what it had not told yet.
 */
export class PresetUseReports implements OnModuleDestroy {
  readonly #waiting: PresetUse[] = [];
  #sending: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #closed = false;

  constructor(private readonly parts: PresetUseReportsParts) {}

  report(use: PresetUse): void {
    if (this.#waiting.length >= mostWaiting) return lost.inc();
    this.#waiting.push(use);
    // While a repetition is due the service is away: this one goes with it.
    if (!this.#callOff) this.#send();
  }

  /** Tells what is left, once. */
  async onModuleDestroy(): Promise<void> {
    this.#closed = true;
    this.#callOff?.();
    await this.#sending;
    this.#send();
    await this.#sending;
    if (this.#waiting.length > 0) lost.inc(this.#waiting.length);
  }

  #send(): void {
    this.#sending ??= this.#drain().finally(() => (this.#sending = undefined));
  }

  async #drain(): Promise<void> {
    const { library, context, logger } = this.parts;
    while (this.#waiting.length > 0) {
      const uses = this.#waiting.slice(0, mostInBatch);
      try {
        await library.recordPresetUses(RecordPresetUsesRequest.create({ uses }), {
          context: context(),
          timeoutMs: patienceMs,
        });
      } catch (error) {
        if (mayPass(error)) {
          logger.warn({ err: error, waiting: this.#waiting.length }, 'uses of presets wait: they could not be told');
          return this.#tryLater();
        }
        lost.inc(uses.length);
        logger.error({ err: error, count: uses.length }, 'uses of presets were refused');
      }
      this.#waiting.splice(0, uses.length);
    }
  }

  #tryLater(): void {
    if (this.#closed) return;
    this.#callOff = (this.parts.later ?? afterDelay)(() => {
      this.#callOff = undefined;
      this.#send();
    }, retryAfterMs);
  }
}

/** Everything but what would be refused again. */
function mayPass(error: unknown): boolean {
  return !['INVALID_ARGUMENT', 'PERMISSION_DENIED', 'UNAUTHENTICATED', 'UNIMPLEMENTED'].includes(
    ServiceError.from(error).code,
  );
}

function afterDelay(work: () => void, delayMs: number): () => void {
  const timer = setTimeout(work, delayMs).unref();
  return () => clearTimeout(timer);
}
