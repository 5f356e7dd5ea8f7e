import { AsyncLocalStorage } from 'node:async_hooks';
import type { Identity } from '@atelier/identity';

/** Everything that travels with a request through every service. */
export interface CallContext {
  readonly requestId: string;
  /** Who is calling; absent only on routes that need no identity. */
  readonly identity?: Identity;
  /** Signed identity token, passed on unchanged to further services. */
  readonly identityToken?: string;
  /** Milliseconds since the epoch after which nobody waits any more. */
  readonly deadlineMs?: number;
  /** Aborted when the caller cancels or the deadline passes. */
  readonly signal?: AbortSignal;
  /** W3C trace context. */
  readonly traceparent?: string;
  /** 0..99, a stable hash of the user, set once where the request begins; absent where no user stands behind it. */
  readonly canaryBucket?: string;
  /** Forced versions, for example `classifier=canary`. */
  readonly canary?: string;
}

const storage = new AsyncLocalStorage<CallContext>();

/** Runs `work` with this context; everything it awaits sees it. */
export function runInCall<Result>(context: CallContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** The context of the running call, if there is one. */
export function currentCall(): CallContext | undefined {
  return storage.getStore();
}
