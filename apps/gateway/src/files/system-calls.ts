import type { CallContext } from '@atelier/grpc';

/** Calls that the gateway makes in its own name. An abstract class, so that Nest can inject it by type. */
export abstract class SystemCalls {
  abstract context(): CallContext;
}
