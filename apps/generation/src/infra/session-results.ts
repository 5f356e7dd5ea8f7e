import type { PresetsServiceService } from '@atelier/contracts/presets/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { Logger } from '@atelier/service-defaults';
import type { Generation } from '../domain/generation.js';

const timeoutMs = 5_000;

/**
 * Makes the output of a finished generation the working image of its session. The session is a convenience that presets
 * keeps: while presets is away the result stays where it is, in the generation, and only the session does not learn of it.
 */
export class SessionResults {
  constructor(
    private readonly presets: Pick<GrpcClient<typeof PresetsServiceService>, 'recordSessionResult'>,
    private readonly context: () => CallContext,
    private readonly logger: Logger,
  ) {}

  /** Does not wait for presets; recording again changes nothing. */
  record({ generationId, ownerId, sessionId, prompt, outputs, endTimeMs }: Generation): void {
    const [output] = outputs;
    if (sessionId === '' || !output) return;
    const { assetId: imageUrl, contentType } = output;
    const createTime = new Date(endTimeMs ?? output.createTimeMs);
    const entry = { generationId, prompt, imageUrl, contentType, createTime };
    this.presets
      .recordSessionResult({ sessionId, ownerId, entry }, { context: this.context(), timeoutMs })
      .catch((error: unknown) =>
        this.logger.warn({ err: error, generationId }, 'the session was not told of its result'),
      );
  }
}
