import type { CallContext } from '@atelier/grpc';
import type { Identity, IdentityTokens } from '@atelier/identity';
import type { RunningSpan } from '@atelier/tracing';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../identity/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request as the services see it. */
    call: RequestCall;
  }
}

/**
 * The call context of one REST request. Token and abort signal are made when a service is first called:
 * many requests are answered without any.
 */
export class RequestCall implements CallContext {
  principal: Principal | undefined;
  deadlineMs: number | undefined;
  /** Versions that an administrator asked for, `classifier=canary`. */
  canary: string | undefined;
  /** Where the request is recorded as part of a trace. */
  span: RunningSpan | undefined;
  #token: string | undefined;
  #signal: AbortSignal | undefined;
  #ending: AbortSignal | undefined;

  constructor(
    readonly requestId: string,
    readonly traceparent: string | undefined,
    private readonly tokens: IdentityTokens,
    private readonly reply: FastifyReply,
  ) {}

  get identity(): Identity | undefined {
    return this.principal?.identity;
  }

  get identityToken(): string | undefined {
    const identity = this.identity;
    return identity && (this.#token ??= this.tokens.sign(identity, this.requestId));
  }

  /** For answers that stay open: they also end with the gateway. Before `signal` is first read. */
  endWith(ending: AbortSignal): void {
    this.#ending = ending;
  }

  /** Aborted when the client goes away before its answer is complete. */
  get signal(): AbortSignal {
    return (this.#signal ??= this.#watchClient());
  }

  get canaryBucket(): string | undefined {
    return this.principal && String(this.principal.bucket);
  }

  #watchClient(): AbortSignal {
    const abort = new AbortController();
    const { raw } = this.reply;
    if (raw.destroyed) abort.abort();
    else raw.once('close', () => raw.writableFinished || abort.abort());
    return this.#ending ? AbortSignal.any([abort.signal, this.#ending]) : abort.signal;
  }

  /** The same caller's context for one part of the request, or for another user that the caller may act for. */
  derive(part: { requestId?: string; identity?: Identity }): CallContext {
    const requestId = part.requestId ?? this.requestId;
    const identity = part.identity ?? this.identity;
    return {
      requestId,
      traceparent: this.traceparent,
      deadlineMs: this.deadlineMs,
      signal: this.signal,
      canaryBucket: this.canaryBucket,
      canary: this.canary,
      ...(identity ? { identity, identityToken: this.tokens.sign(identity, requestId) } : {}),
    };
  }
}

/** The caller of an endpoint that needs an identity. */
export function callerOf(call: Pick<RequestCall, 'principal'>): Principal {
  if (!call.principal) throw new Error('an endpoint without access control asked for its caller');
  return call.principal;
}
