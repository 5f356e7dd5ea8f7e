import type { OnModuleDestroy } from '@nestjs/common';
import { type PresetLibraryServiceService, PresetUse, RecordPresetUsesRequest } from '@atelier/contracts/presets/v1';
import { ServiceError } from '@atelier/errors';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { counter, type Logger } from '@atelier/service-defaults';
import { BatchedReports } from '../batching/batched-reports.js';

/** Uses that wait for a presets service that is away; more are lost, and counted. */
const mostWaiting = 10_000;
const mostInBatch = 500;
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
  readonly #batches: BatchedReports<PresetUse>;

  constructor({ library, context, logger, later }: PresetUseReportsParts) {
    this.#batches = new BatchedReports({
      send: (uses) =>
        library.recordPresetUses(RecordPresetUsesRequest.create({ uses }), {
          context: context(),
          timeoutMs: patienceMs,
        }),
      mostWaiting,
      mostInBatch,
      mayPass,
      lost,
      failed: (error, { count, isKept }) =>
        isKept
          ? logger.warn({ err: error, count }, 'uses of presets wait: they could not be told')
          : logger.error({ err: error, count }, 'uses of presets were refused'),
      later,
    });
  }

  report(use: PresetUse): void {
    this.#batches.add(use);
  }

  /** Tells what is left, once. */
  onModuleDestroy(): Promise<void> {
    return this.#batches.close();
  }
}

/** Everything but what would be refused again. */
function mayPass(error: unknown): boolean {
  return !['INVALID_ARGUMENT', 'PERMISSION_DENIED', 'UNAUTHENTICATED', 'UNIMPLEMENTED'].includes(
    ServiceError.from(error).code,
  );
}
