import { decodeStatus, ServiceError } from '@atelier/errors';
import { type CallContext, type CallOptions, currentCall, grpcErrors } from '@atelier/grpc';
import { type BandOf, canaryBands } from './canary-bands.js';

/** One call inside a batch, with everything that belongs to its caller alone. */
export interface BatchItem<Request> {
  readonly request: Request;
  readonly identityToken: string;
  readonly requestId: string;
  readonly traceparent: string;
  /** Milliseconds that the caller still waits; 0 = as long as the batch. */
  readonly timeoutMs: number;
}

/** Outcome of one item, in the order of the items. */
export interface BatchResult<Response> {
  readonly response?: Response | undefined;
  /** A serialised google.rpc.Status. */
  readonly errorStatus?: Uint8Array | undefined;
}

/** Sends one batch. `context` carries what the items have in common. */
export type SendBatch<Request, Response> = (
  items: BatchItem<Request>[],
  context: CallContext,
) => Promise<readonly BatchResult<Response>[]>;

interface Waiting<Request, Response> {
  readonly item: BatchItem<Request>;
  readonly context: CallContext;
  readonly signal: AbortSignal | undefined;
  readonly deadlineMs: number;
  resolve(response: Response): void;
  reject(error: unknown): void;
}

/** The contract takes 256 items. */
const mostItems = 256;

/**
 * Adaptive micro-batching: a call leaves at once while nothing is under way, and calls that arrive meanwhile leave together
 * when it returns. So a lone caller never waits, and the more callers there are the fewer RPCs they cost.
 * Calls that may go to different versions never share a batch: those with different forced versions, and those of
 * different bands of users.
 */
export class MicroBatcher<Request, Response> {
  readonly #lanes = new Map<string, { waiting: Waiting<Request, Response>[]; underWay: boolean }>();
  /** RPCs sent and calls served, for metrics and tests. */
  batches = 0;
  calls = 0;

  constructor(
    private readonly send: SendBatch<Request, Response>,
    private readonly bandOf: BandOf = canaryBands([]),
  ) {}

  call(request: Request, options: CallOptions = {}): Promise<Response> {
    const context = options.context ?? currentCall();
    if (!context) return Promise.reject(grpcErrors.IDENTITY_REQUIRED());
    const signal = options.signal ?? context.signal;
    if (signal?.aborted) return Promise.reject(grpcErrors.CANCELLED());
    const own = options.timeoutMs === undefined ? Infinity : Date.now() + options.timeoutMs;
    const deadlineMs = Math.min(own, context.deadlineMs ?? Infinity);
    this.calls += 1;
    return new Promise((resolve, reject) => {
      const { identityToken = '', requestId, traceparent = '' } = context;
      const item = { request, identityToken, requestId, traceparent, timeoutMs: 0 };
      this.#enqueue(this.#laneOf(context), { item, context, signal, deadlineMs, resolve, reject });
    });
  }

  #laneOf({ canary = '', canaryBucket }: CallContext): string {
    return `${canary} ${this.bandOf(canaryBucket)}`;
  }

  #enqueue(key: string, call: Waiting<Request, Response>): void {
    const lane = this.#lanes.get(key) ?? { waiting: [], underWay: false };
    this.#lanes.set(key, lane);
    lane.waiting.push(call);
    if (!lane.underWay) void this.#drain(key, lane);
  }

  async #drain(key: string, lane: { waiting: Waiting<Request, Response>[]; underWay: boolean }): Promise<void> {
    lane.underWay = true;
    while (lane.waiting.length > 0) await this.#sendNext(lane.waiting.splice(0, mostItems));
    // Lanes are as many as canary settings are in use; an idle one is not kept.
    this.#lanes.delete(key);
  }

  async #sendNext(candidates: Waiting<Request, Response>[]): Promise<void> {
    const now = Date.now();
    const calls = candidates.filter((call) => isStillWanted(call, now));
    const [first] = calls;
    if (!first) return;
    const items = calls.map(({ item, deadlineMs }) => ({
      ...item,
      timeoutMs: deadlineMs === Infinity ? 0 : deadlineMs - now,
    }));
    // The batch may take as long as the most patient of its callers waits.
    const deadlineMs = Math.max(...calls.map((call) => call.deadlineMs));
    const { requestId, identityToken, traceparent, canary, canaryBucket } = first.context;
    const context = {
      requestId,
      identityToken,
      traceparent,
      canary,
      canaryBucket,
      ...(deadlineMs === Infinity ? {} : { deadlineMs }),
    };
    this.batches += 1;
    try {
      const results = await this.send(items, context);
      calls.forEach((call, index) => settle(call, results[index]));
    } catch (error) {
      calls.forEach((call) => call.reject(error));
    }
  }
}

/** A caller that left or ran out of time while it waited costs no work. */
function isStillWanted<Request, Response>(
  { signal, deadlineMs, reject }: Waiting<Request, Response>,
  now: number,
): boolean {
  if (signal?.aborted) reject(grpcErrors.CANCELLED());
  else if (deadlineMs <= now) reject(grpcErrors.DEADLINE_EXCEEDED());
  else return true;
  return false;
}

function settle<Request, Response>(call: Waiting<Request, Response>, result: BatchResult<Response> | undefined): void {
  if (result?.response !== undefined) call.resolve(result.response);
  else
    call.reject(
      (result?.errorStatus && decodeStatus(result.errorStatus)) ??
        ServiceError.from(new Error('a batch answered nothing for an item')),
    );
}
