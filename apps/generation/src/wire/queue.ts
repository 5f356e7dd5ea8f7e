import {
  DeadLetterRetry as WireRetry,
  GenerationError,
  GetQueueResponse,
  ProviderQueue,
  QueueAge,
  QueueLevel,
  QueuePause as WirePause,
  StateCount,
} from '@atelier/contracts/generation/v1';
import type { DeadLetterRetry } from '../domain/dead-letters.js';
import type { QueuePause, QueuePicture } from '../infra/queue-control.js';
import { priorityToWire, stateToWire } from './generation.js';

export function pauseToWire({ provider, userId, timeMs }: QueuePause): WirePause {
  return WirePause.create({ provider, pauseUser: userId, pauseTime: new Date(timeMs) });
}

export function queueToWire({ pauses, levels, providers, ages, recent, deadLetters }: QueuePicture): GetQueueResponse {
  return GetQueueResponse.create({
    pauses: pauses.map(pauseToWire),
    levels: levels.map(({ priority, ...counts }) =>
      QueueLevel.create({ priority: priorityToWire(priority), ...counts }),
    ),
    providers: providers.map((one) => ProviderQueue.create(one)),
    ages: ages.map((one) => QueueAge.create(one)),
    recent: recent.map(({ state, count }) => StateCount.create({ state: stateToWire(state), count })),
    deadLetters,
  });
}

export function deadLetterRetryToWire(retry: DeadLetterRetry): WireRetry {
  const { generationId } = retry;
  if ('retryId' in retry) return WireRetry.create({ generationId, retryId: retry.retryId });
  const { code, message, suggestions } = retry.failure;
  return WireRetry.create({
    generationId,
    error: GenerationError.create({ code, message, suggestions: [...suggestions] }),
  });
}
