import { Controller, Inject } from '@nestjs/common';
import type {
  GetQueueRequest,
  GetQueueResponse,
  ListDeadLettersRequest,
  PauseQueueRequest,
  QueueAdminServiceController,
  ResumeQueueRequest,
  RetryDeadLettersRequest,
} from '@atelier/contracts/generation/v1';
import {
  ListDeadLettersResponse,
  PauseQueueResponse,
  QueueAdminServiceControllerMethods,
  ResumeQueueResponse,
  RetryDeadLettersResponse,
} from '@atelier/contracts/generation/v1';
import { caller } from './caller.js';
import {
  deadLetterCodes,
  type DeadLetterFilter,
  type DeadLetters,
  type RetryDeadLetters,
} from './domain/dead-letters.js';
import type { Clock } from './domain/ports.js';
import { generationErrors } from './generation.errors.js';
import type { QueueControl } from './infra/queue-control.js';
import { pageOfTokens, pageTokenOf } from './wire/create-request.js';
import { generationToWire } from './wire/generation.js';
import { knownProviders } from './wire/provider.js';
import { deadLetterRetryToWire, pauseToWire, queueToWire } from './wire/queue.js';

/** What the controller speaks for. */
export interface QueueAdminDesk {
  readonly control: QueueControl;
  readonly letters: DeadLetters;
  readonly retry: RetryDeadLetters;
  readonly clock: Pick<Clock, 'now'>;
  /** Generations that this process works on at the same time. */
  readonly places: number;
}

/** Injection token of the desk. */
export const queueAdminDesk = Symbol('QueueAdminDesk');

/** QueueAdminService: wire ↔ domain. */
@Controller()
@QueueAdminServiceControllerMethods()
export class QueueAdminController implements QueueAdminServiceController {
  constructor(@Inject(queueAdminDesk) private readonly desk: QueueAdminDesk) {}

  async getQueue(_request: GetQueueRequest): Promise<GetQueueResponse> {
    operator();
    return queueToWire(await this.desk.control.picture());
  }

  async pauseQueue({ provider }: PauseQueueRequest): Promise<PauseQueueResponse> {
    const { userId } = operator();
    checkProvider(provider);
    const pauses = await this.desk.control.pause(provider, userId);
    return PauseQueueResponse.create({ pauses: pauses.map(pauseToWire) });
  }

  async resumeQueue({ provider }: ResumeQueueRequest): Promise<ResumeQueueResponse> {
    operator();
    checkProvider(provider);
    const pauses = await this.desk.control.resume(provider);
    return ResumeQueueResponse.create({ pauses: pauses.map(pauseToWire) });
  }

  async listDeadLetters(request: ListDeadLettersRequest): Promise<ListDeadLettersResponse> {
    operator();
    const { letters, clock, places } = this.desk;
    const { pageSize, beforeId } = pageOfTokens(request);
    const found = await letters.list(filterFromWire(request.errorCode), pageSize + 1, beforeId);
    const page = found.slice(0, pageSize);
    const last = page.at(-1);
    return ListDeadLettersResponse.create({
      generations: page.map((generation) => generationToWire(generation, clock.now(), places)),
      nextPageToken: found.length > page.length && last ? pageTokenOf(last.generationId) : '',
    });
  }

  async retryDeadLetters(request: RetryDeadLettersRequest): Promise<RetryDeadLettersResponse> {
    const { requestId } = operator();
    const { letters, retry } = this.desk;
    const { generationIds, errorCode } = request;
    const { pageSize } = pageOfTokens({ pageSize: request.limit, pageToken: '' });
    if (generationIds.length > 100) {
      const violations = [{ field: 'ids', message: 'At most 100 at once.' }];
      throw generationErrors.INVALID_GENERATION({ message: 'So many can not be repeated at once.', violations });
    }
    const wanted =
      generationIds.length > 0
        ? [...new Set(generationIds)]
        : await letters.oldest(filterFromWire(errorCode), pageSize);
    const retries = await retry.run(wanted, requestId);
    return RetryDeadLettersResponse.create({ retries: retries.map(deadLetterRetryToWire) });
  }
}

/** Who decides. Throws SCOPE_REQUIRED. */
function operator(): ReturnType<typeof caller> {
  const who = caller();
  if (!who.isAdmin) throw generationErrors.SCOPE_REQUIRED({ message: 'Only administrators may do this.' });
  return who;
}

function checkProvider(provider: string): void {
  if (provider !== '' && !knownProviders.includes(provider)) throw generationErrors.PROVIDER_UNKNOWN();
}

function filterFromWire(errorCode: string): DeadLetterFilter {
  if (errorCode === '') return {};
  if ((deadLetterCodes as readonly string[]).includes(errorCode)) return { errorCode };
  const violations = [{ field: 'error_code', message: `must be one of ${deadLetterCodes.join(', ')}` }];
  throw generationErrors.INVALID_GENERATION({ message: 'There are no dead letters of this kind.', violations });
}
