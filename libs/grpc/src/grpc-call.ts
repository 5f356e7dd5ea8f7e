import {
  type CallOptions as GrpcCallOptions,
  type Client,
  Metadata,
  type MethodDefinition,
  type ServiceError as GrpcStatusError,
  status,
} from '@grpc/grpc-js';
import { type RunningSpan, startChildSpan } from '@atelier/tracing';
import { type CallContext, currentCall } from './call-context.js';
import { grpcErrors } from './grpc.errors.js';
import { metadataKeys } from './metadata-keys.js';
import { rpcSpan } from './rpc-span.js';
import { fromStatusError } from './status-error.js';

/** Per-call settings; what is absent comes from the running call (`currentCall`) and the service config. */
export interface CallOptions {
  /** Milliseconds from now; never extends the caller's own deadline. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The context to pass on instead of the running one. */
  readonly context?: CallContext;
  /** Hears which version of the service answers, where it says so; unary calls only. */
  readonly onVersion?: (version: string) => void;
}

type Method<Request, Response> = MethodDefinition<Request, Response>;

/** A unary method as a promise. */
export function unary<Request, Response>(client: Client, method: Method<Request, Response>) {
  return (request: Request, options: CallOptions = {}): Promise<Response> =>
    new Promise((resolve, reject) => {
      const call = prepare(options, method.path);
      if (call.signal?.aborted) {
        call.span?.end('CANCELLED');
        return reject(grpcErrors.CANCELLED());
      }
      const abort = (): void => running.cancel();
      const done = (error: GrpcStatusError | null, response?: Response): void => {
        call.signal?.removeEventListener('abort', abort);
        call.span?.end(error ? codeOf(error) : undefined);
        if (error) tellVersion(options, error.metadata);
        if (error || response === undefined) reject(error ? fromStatusError(error) : grpcErrors.INTERNAL());
        else resolve(response);
      };
      const running = client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        call.metadata,
        call.options,
        done,
      );
      if (options.onVersion) running.on('metadata', (metadata) => tellVersion(options, metadata));
      call.signal?.addEventListener('abort', abort, { once: true });
    });
}

/** A server stream as an async iterable: it is opened by the first read, and leaving the loop cancels the call. */
export function serverStream<Request, Response>(client: Client, method: Method<Request, Response>) {
  return (request: Request, options: CallOptions = {}): AsyncIterable<Response> => {
    // The context is that of the call, not of whoever reads.
    const call = prepare(options);
    return { [Symbol.asyncIterator]: () => read(client, method, request, call) };
  };
}

async function* read<Request, Response>(
  client: Client,
  method: Method<Request, Response>,
  request: Request,
  call: PreparedCall,
): AsyncGenerator<Response> {
  if (call.signal?.aborted) throw grpcErrors.CANCELLED();
  const { path, requestSerialize, responseDeserialize } = method;
  const stream = client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    call.metadata,
    call.options,
  );
  const abort = (): void => stream.cancel();
  call.signal?.addEventListener('abort', abort, { once: true });
  try {
    for await (const message of stream) yield message as Response;
  } catch (error) {
    throw fromStatusError(error as GrpcStatusError);
  } finally {
    call.signal?.removeEventListener('abort', abort);
    stream.cancel();
  }
}

/** What one call is made with. */
interface PreparedCall {
  readonly metadata: Metadata;
  readonly options: GrpcCallOptions;
  readonly signal: AbortSignal | undefined;
  readonly span: RunningSpan | undefined;
}

/** With `path` the call gets a span. Streams get theirs from the server alone: they last as long as somebody listens. */
function prepare(options: CallOptions, path?: string): PreparedCall {
  const context = options.context ?? currentCall();
  const own = options.timeoutMs === undefined ? Infinity : Date.now() + options.timeoutMs;
  const deadline = Math.min(own, context?.deadlineMs ?? Infinity);
  const span = path === undefined ? undefined : startChildSpan(rpcSpan('client', path, context?.traceparent));
  const metadata = contextMetadata(context);
  if (span) metadata.set(metadataKeys.traceparent, span.traceparent);
  return {
    metadata,
    span,
    options: deadline === Infinity ? {} : { deadline },
    signal: options.signal ?? context?.signal,
  };
}

function contextMetadata(context: CallContext | undefined): Metadata {
  const metadata = new Metadata();
  if (!context) return metadata;
  metadata.set(metadataKeys.requestId, context.requestId);
  if (context.identityToken) metadata.set(metadataKeys.identity, context.identityToken);
  if (context.traceparent) metadata.set(metadataKeys.traceparent, context.traceparent);
  if (context.canaryBucket) metadata.set(metadataKeys.canaryBucket, context.canaryBucket);
  if (context.canary) metadata.set(metadataKeys.canary, context.canary);
  return metadata;
}

function tellVersion({ onVersion }: CallOptions, metadata: Metadata | undefined): void {
  const [version] = metadata?.get(metadataKeys.serviceVersion) ?? [];
  if (typeof version === 'string') onVersion?.(version);
}

/** Canonical name of a gRPC status. */
function codeOf({ code }: GrpcStatusError): string {
  return status[code] ?? 'UNKNOWN';
}
