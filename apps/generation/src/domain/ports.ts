import type { GenerationParameters, Violation, Workflow } from '@atelier/model-catalog';
import type { Asset } from './asset.js';
import type { FailureCode, FailureKind } from './failure.js';
import type { Attempt, Generation, GenerationEvent, GenerationState, InputImage } from './generation.js';
import type { Change, Step } from './change.js';
import type { CandidateState } from './next-attempt.js';
import type { LoadedImage, ProducedFile, ProviderWork, WorkRequest } from './provider-work.js';
import type { ListedJob, Purchase, PurchaseStanding, RequestMark } from './purchase.js';

/** Wall clock in epoch milliseconds, and waiting. `sleep` also ends, without an error, when the signal aborts. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Randomness. */
export interface Random {
  /** UUIDv7. */
  id(): string;
  /** A 31-bit seed for a model. */
  seed(): number;
  /** 0..1. */
  fraction(): number;
}

/** What a generation is accepted with. */
export interface Acceptance {
  readonly change: Change;
  /** The step of the same plan that it waits for: both are accepted, or none. */
  readonly firstStep?: Pick<Acceptance, 'change' | 'expectedMs' | 'reuse'>;
  /** Absent: the request is not idempotent. */
  readonly idempotency?: { readonly key: string; readonly requestHash: string };
  /** Input images that came inside the request and were stored for it. */
  readonly inputs: readonly Asset[];
  /** What it typically takes, in milliseconds. */
  readonly expectedMs: number;
  /** Absent when its result can't stand for another one's. */
  readonly reuse?: {
    /** Equal for requests whose results may stand for each other (`resultKey`). */
    readonly key: string;
    /** Its owner takes a result of an equal request. */
    readonly allowed: boolean;
  };
}

/** A page of generations, newest first. */
export interface ListQuery {
  /** Undefined: everybody's. */
  readonly ownerId?: string;
  readonly pageSize: number;
  /** The last id of the previous page. */
  readonly beforeId?: string;
  readonly states: readonly GenerationState[];
  readonly workflow?: Workflow;
  readonly sessionId?: string;
  /** Only what retries or refines this one. */
  readonly parentId?: string;
  /** Empty: those that their owners asked for. */
  readonly origin: string;
  readonly createdAfterMs?: number;
  readonly createdBeforeMs?: number;
}

/** Generations as they are stored. */
export interface GenerationReader {
  find(generationId: string): Promise<Generation | undefined>;
  list(query: ListQuery): Promise<Generation[]>;
  /** At most `limit` events with a greater sequence, in order. */
  events(generationId: string, afterSequence: number, limit: number): Promise<GenerationEvent[]>;
  /** The generation that an idempotency key of this owner stands for. */
  findByKey(
    ownerId: string,
    key: string,
  ): Promise<{ readonly generationId: string; readonly requestHash: string } | undefined>;
}

/** Changes of generations; every method is one transaction. */
export interface GenerationStore extends GenerationReader {
  /** Stores an acceptance with its job, or answers the generation that its idempotency key stands for. Throws catalogue errors. */
  accept(acceptance: Acceptance): Promise<{ readonly generation: Generation; readonly replayed: boolean }>;
  /** Applies a step to the stored state. Undefined when the step is not permitted, or the lease is not held any more. */
  apply(generationId: string, step: Step, leaseId?: string): Promise<Generation | undefined>;
  /** Ends a waiting generation with the results of an equal request; undefined when there are none, or its owner forbids it. */
  answerFromResults(generationId: string, leaseId?: string): Promise<Generation | undefined>;
  /** Waiting generations that could be answered with the result of this one. */
  followers(generationId: string): Promise<readonly string[]>;
  /**
   * Keeps the provider's id of an attempt that nobody holds at the moment, or whose holder waits for its answer.
   * False when the job belongs to another attempt, or the attempt to another job.
   */
  noteProviderJob(attemptId: string, providerJobId: string): Promise<boolean>;
  /**
   * Deletes an ended generation with its records and files, and with the step before it that nothing else needs; undefined
   * when it has not ended, or is a first step that another one still waits for.
   */
  remove(generationId: string): Promise<readonly string[] | undefined>;
  /** Cancelled attempts whose provider still has to be told. */
  cancellationsDue(): Promise<readonly Attempt[]>;
  cancellationDone(attemptId: string): Promise<void>;
  /** Waiting steps whose step before them has ended, or is gone. */
  stepsDue(): Promise<readonly { readonly generationId: string; readonly waitsFor: string }[]>;
}

/** The exclusive right to work on a running generation. */
export interface Lease {
  readonly generation: Generation;
  /** Aborted when the generation is cancelled, the lease is lost, or the process stops. */
  readonly signal: AbortSignal;
  /** Applies a step under the lease. Rejects with `Abandoned` when the lease or the state does not allow it. */
  apply(step: Step): Promise<Generation>;
  /** Ends a waiting generation with the results of an equal request, if its owner allows it and there are some. */
  answerFromResults(): Promise<Generation | undefined>;
  /** Waits; ends early when there is news about the generation, also news since the last nap, or the signal aborts. */
  nap(ms: number): Promise<void>;
  /** Gives the lease back. */
  release(): Promise<void>;
  /** Keeps it from everybody for a while, so that what went wrong is not repeated at once. */
  lapse(): void;
}

/** Somebody else decided what becomes of the generation: there is nothing left to do. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Hands out leases. */
export interface Leases {
  /** Undefined when the generation has ended or somebody else works on it. */
  claim(generationId: string): Promise<Lease | undefined>;
  /** Takes at most `places` of the next generations of the queue; `more` when others could be worked on at once. */
  claimNext(places: number): Promise<{ readonly leases: readonly Lease[]; readonly more: boolean }>;
}

/** A request in terms of one model. */
export interface AttemptPlan {
  readonly modelId: string;
  readonly provider: string;
  readonly version?: string;
  readonly media: 'image' | 'video';
  readonly input: Readonly<Record<string, unknown>>;
  readonly imageFields: readonly { readonly field: string; readonly indices: readonly number[] }[];
  readonly parameters: GenerationParameters;
  readonly estimatedCostMicros: number;
  /** What to set aside: the estimate, or the upper end of its range where only the provider's answer tells the price. */
  readonly reservedCostMicros: number;
  /** What it typically takes, in milliseconds. */
  readonly expectedMs: number;
  /** The same seed makes the same result. */
  readonly deterministic: boolean;
  /** Sentences about what was approximated or lost. */
  readonly warnings: readonly string[];
  /** Takes a seed; and gives the same result for the same one. */
  readonly abilities: { readonly seed: boolean; readonly repeatable: boolean };
}

/** What a plan is made from. */
export interface PlanRequest {
  readonly prompt: string;
  readonly parameters: GenerationParameters;
  readonly imageCount: number;
  readonly hasMask: boolean;
}

/** A plan, or why there is none. */
export type PlanResult =
  | { readonly ok: true; readonly plan: AttemptPlan }
  | {
      readonly ok: false;
      readonly reason: 'unknown_model' | 'not_supported' | 'price_unknown';
      readonly violations: readonly Violation[];
    };

/** Puts requests into the terms of models, and prices them. */
export interface ModelPlanner {
  plan(modelId: string, request: PlanRequest): PlanResult;
}

/** What became of a call to a provider. */
export type ProviderAnswer =
  | { readonly ok: true; readonly job: ProviderWork }
  | {
      readonly ok: false;
      readonly kind: FailureKind;
      readonly retryAfterMs?: number;
      /** The provider does not know (any more) what was asked for. */
      readonly gone?: boolean;
    };

/** The configured providers. Failed calls are answers, not errors. */
export interface ProviderDesk {
  stateOf(provider: string, modelId: string): CandidateState;
  /** Takes one attempt that replaces a failed one; false when the provider gets no more of them at the moment. */
  takeRetry(provider: string): boolean;
  submit(provider: string, request: WorkRequest, signal: AbortSignal): Promise<ProviderAnswer>;
  lookUp(provider: string, jobId: string, signal: AbortSignal): Promise<ProviderAnswer>;
  /** Answers false when the provider could not be told. */
  cancel(provider: string, jobId: string): Promise<boolean>;
  /** True when work at this provider has an id, so that it can be cancelled and looked up. */
  hasJobs(provider: string): boolean;
}

/** What providers remember of requests; asking buys nothing. Failed calls are answers, not errors. */
export interface ProviderMemory {
  /** True when what was submitted can be found again. */
  remembers(provider: string): boolean;
  /** Makes a request ready to be sent: afterwards it holds its images, and where the provider remembers, what marks it. */
  prepare(
    provider: string,
    request: WorkRequest,
    signal: AbortSignal,
  ): Promise<
    | {
        readonly ok: true;
        readonly request: WorkRequest;
        readonly fingerprint?: RequestMark;
        readonly uploads: readonly string[];
      }
    | (ProviderAnswer & { readonly ok: false })
  >;
  /** Listed jobs that may be the purchase's; undefined when the list can't be read. */
  findSubmitted(
    purchase: Purchase,
    signal: AbortSignal,
  ): Promise<{ readonly jobs: readonly ListedJob[]; readonly complete: boolean } | undefined>;
  /** One job compared with the purchase. */
  identify(purchase: Purchase, jobId: string, signal: AbortSignal): Promise<ListedJob | 'not_its_own' | 'unreachable'>;
  /** Deletes lent files; false when the provider could not be told. */
  discard(provider: string, uploads: readonly string[]): Promise<boolean>;
}

/** What attempts were bought with. */
export interface Purchases {
  find(attemptId: string): Promise<Purchase | undefined>;
  /** As of one moment; to be asked after the list was read. */
  standing(purchase: Purchase, jobIds: readonly string[]): Promise<PurchaseStanding>;
}

/** An input image that can't be used. */
export class InputImageProblem extends Error {
  override readonly name = 'InputImageProblem';

  constructor(readonly code: Extract<FailureCode, `INPUT_IMAGE_${string}`>) {
    super(code);
  }
}

/** The bytes of input images. */
export interface InputImages {
  /** In order, the mask last. Rejects with InputImageProblem. */
  load(generation: Generation, signal: AbortSignal): Promise<LoadedImage[]>;
}

/** Takes a provider's outputs over into our storage. */
export interface OutputCopier {
  /** Undefined when an output can't be had. Repeating it for the same attempt replaces the same files. */
  copy(
    generation: Generation,
    attempt: Attempt,
    outputs: readonly ProducedFile[],
    signal: AbortSignal,
  ): Promise<Asset[] | undefined>;
  discard(assets: readonly Asset[]): Promise<void>;
}

/** Where an input image of a request comes from, before admission. */
export interface InputAdmission {
  /** Checks form, host and ownership; stores images that came inside the request. Throws catalogue errors. */
  admit(
    owner: { readonly userId: string; readonly isAdmin: boolean },
    texts: readonly string[],
    field: string,
  ): Promise<{
    readonly images: InputImage[];
    readonly stored: Asset[];
    /** SHA-256 of the contents, in order; undefined where they are only known when they are fetched. */
    readonly hashes: readonly (string | undefined)[];
  }>;
  discard(assets: readonly Asset[]): Promise<void>;
}
