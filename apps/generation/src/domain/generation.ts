import type { GenerationParameters, Workflow } from '@atelier/model-catalog';
import type { Asset } from './asset.js';
import type { Failure, FailureKind } from './failure.js';
import type { QueueAhead } from './queue-wait.js';

/** Queued, running, then exactly one of the three ends. */
export type GenerationState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/**
 * `submitting` is written before the provider is called: from then on the attempt may have been bought. `unknown` while it
 * is found out whether it was, and for good when that can't be found out.
 */
export type AttemptState = 'submitting' | 'submitted' | 'unknown' | 'succeeded' | 'failed' | 'cancelled';

/** Order of the queue, highest first. */
export type Priority = 'low' | 'normal' | 'high';

/** An input image after admission: a stored file of the owner, or a URL on an allowed host. */
export type InputImage =
  | { readonly kind: 'asset'; readonly assetId: string }
  | { readonly kind: 'url'; readonly url: string };

/** One paid request at a provider. Times in epoch milliseconds, money in micro-dollars. */
export interface Attempt {
  /** UUIDv7. */
  readonly attemptId: string;
  readonly provider: string;
  readonly modelId: string;
  readonly state: AttemptState;
  /** The provider's own id once known; empty before, and for providers that answer at once. */
  readonly providerJobId: string;
  readonly startTimeMs: number;
  /** Since when it is not known whether it was bought: the request has ended by then. */
  readonly doubtTimeMs?: number;
  readonly endTimeMs?: number;
  readonly failure?: Failure;
  readonly failureKind?: FailureKind;
  /** Before this time the provider does not want to be asked again. */
  readonly retryAtMs?: number;
}

/** What a step tells of the one before it in the same plan. Money in micro-dollars. */
export interface PreviousStep {
  readonly generationId: string;
  readonly workflow: Workflow;
  readonly state: GenerationState;
  /** 0..100. */
  readonly progress: number;
  readonly provider: string;
  readonly modelId: string;
  readonly estimatedCostMicros: number;
  readonly actualCostMicros?: number;
}

/** A durable creative job. Times in epoch milliseconds, money in micro-dollars. */
export interface Generation {
  /** UUIDv7. */
  readonly generationId: string;
  readonly ownerId: string;
  readonly state: GenerationState;
  /** 0..100. */
  readonly progress: number;
  /** 1 = next; 0 when not queued. */
  readonly queuePosition: number;
  /** What runs before it while it is queued. */
  readonly ahead?: QueueAhead;
  readonly workflow: Workflow;
  readonly media: 'image' | 'video';
  readonly priority: Priority;
  readonly prompt: string;
  readonly finalPrompt: string;
  /** The chosen model, then its fallbacks, best first. */
  readonly chain: readonly string[];
  /** Provider and model of the latest attempt, or the chosen ones. */
  readonly provider: string;
  readonly modelId: string;
  /** As the caller gave them, for a retry. */
  readonly requestedParameters: GenerationParameters;
  /** In use, seed included. */
  readonly parameters: GenerationParameters;
  readonly inputImages: readonly InputImage[];
  readonly mask?: InputImage;
  readonly sessionId: string;
  readonly planRequestId: string;
  readonly parentId: string;
  readonly webhookUrl: string;
  /** The request that asked for it, carried into its usage events. */
  readonly requestId: string;
  readonly warnings: readonly string[];
  /** The reservation that pays for it; empty for an answer from stored results, which costs nothing. */
  readonly reservationId: string;
  readonly estimatedCostMicros: number;
  /** Set at the end; 0 unless something was, or may have been, bought. */
  readonly actualCostMicros?: number;
  readonly attempts: readonly Attempt[];
  readonly outputs: readonly Asset[];
  readonly failure?: Failure;
  /** The part of the system that it was made for, which shows the result itself; absent where its owner asked for it. */
  readonly origin?: string;
  /** The earlier generation whose results it was answered with. */
  readonly cachedFrom?: string;
  /** The generation that holds the files of its outputs; absent when it does so itself. */
  readonly outputsOf?: string;
  /** The step of the same plan whose output it starts from. */
  readonly previousStep?: string;
  /** What became of that step; absent when it was deleted. */
  readonly previous?: PreviousStep;
  /** The step of the same plan that starts from its output. */
  readonly nextStep?: string;
  /** The step before it, until its output is there: before that it can't run, and without it it never will. */
  readonly waitsFor?: string;
  /** Percent of the plan that are done when it starts; 0 when it stands alone. */
  readonly progressFrom?: number;
  /** Sequence of the latest event. */
  readonly lastSequence: number;
  readonly createTimeMs: number;
  readonly startTimeMs?: number;
  /** No new attempt and no further wait after this time; set when it starts. */
  readonly deadlineMs?: number;
  readonly endTimeMs?: number;
  readonly updateTimeMs: number;
}

/** Kind of an event. */
export type GenerationEventType = 'queued' | 'progress' | 'output' | 'succeeded' | 'failed' | 'cancelled';

/** One event; sequences are 1, 2, 3 … without a gap within a generation. */
export interface GenerationEvent {
  readonly sequence: number;
  readonly type: GenerationEventType;
  readonly timeMs: number;
  /** The generation just after the event. */
  readonly generation: Generation;
}

/** True once nothing can change any more. */
export function hasEnded(generation: Pick<Generation, 'state'>): boolean {
  return generation.state !== 'queued' && generation.state !== 'running';
}

/** True for the event after which no other comes. */
export function isTerminalEvent(type: GenerationEventType): boolean {
  return type === 'succeeded' || type === 'failed' || type === 'cancelled';
}

/** True while the attempt may be bought or is being worked on. */
export function isOpen(attempt: Attempt | undefined): attempt is Attempt {
  if (attempt?.state === 'unknown') return attempt.endTimeMs === undefined;
  return attempt?.state === 'submitting' || attempt?.state === 'submitted';
}
