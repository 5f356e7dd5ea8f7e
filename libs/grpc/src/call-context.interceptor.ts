import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Deadline, Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { ServiceError } from '@atelier/errors';
import type { IdentityTokens } from '@atelier/identity';
import { startSpan } from '@atelier/tracing';
import { Observable, tap } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import { type CallContext, runInCall } from './call-context.js';
import { grpcErrors } from './grpc.errors.js';
import { metadataKeys } from './metadata-keys.js';
import { rpcSpan } from './rpc-span.js';

/**
 * Verifies the identity token and runs the handler in its call context: request id, deadline and an abort signal
 * that fires when the caller cancels. A call without a valid token never reaches a handler.
 */
@Injectable()
export class CallContextInterceptor implements NestInterceptor {
  constructor(private readonly tokens: IdentityTokens) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [, metadata, call] = execution.getArgs<[unknown, Metadata, ServerUnaryCall<unknown, unknown>]>();
    const token = text(metadata, metadataKeys.identity);
    const verified = token ? this.tokens.verify(token) : undefined;
    if (!token || !verified) throw grpcErrors.IDENTITY_REQUIRED();
    const abort = new AbortController();
    const traceparent = text(metadata, metadataKeys.traceparent);
    const span = startSpan(rpcSpan('server', call.getPath(), traceparent));
    const context: CallContext = {
      requestId: text(metadata, metadataKeys.requestId) ?? uuidv7(),
      identity: verified.identity,
      identityToken: token,
      signal: abort.signal,
      ...optional('deadlineMs', deadlineMs(call.getDeadline())),
      ...optional('traceparent', span?.traceparent ?? traceparent),
      ...optional('canaryBucket', text(metadata, metadataKeys.canaryBucket)),
      ...optional('canary', text(metadata, metadataKeys.canary)),
    };
    const cancelled = (): void => abort.abort(grpcErrors.CANCELLED());
    call.on('cancelled', cancelled);
    return new Observable((subscriber) => {
      subscriber.add(() => call.off('cancelled', cancelled));
      if (!span) return runInCall(context, () => next.handle().subscribe(subscriber));
      const ended = tap({
        complete: () => span.end(),
        error: (error: unknown) => span.end(ServiceError.from(error).code),
        unsubscribe: () => span.end('CANCELLED'),
      });
      return span.run(() => runInCall(context, () => next.handle().pipe(ended).subscribe(subscriber)));
    });
  }
}

function text(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function deadlineMs(deadline: Deadline): number | undefined {
  const time = deadline instanceof Date ? deadline.getTime() : deadline;
  return Number.isFinite(time) ? time : undefined;
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [name in Key]: Value });
}
