import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  credentials,
  type MethodDefinition,
} from '@grpc/grpc-js';
import { type CallOptions, serverStream, unary } from './grpc-call.js';
import { balanced, type ReplicaEjection } from './load-balancing.js';

/** A ts-proto service definition (`outputServices=grpc-js`). */
export type StaticServiceDefinition = Readonly<Record<string, AnyMethod>>;

// oxlint-disable-next-line typescript/no-explicit-any -- variance: a method definition is both producer and consumer
type AnyMethod = MethodDefinition<any, any>;
type RequestOf<Method> = Method extends { requestSerialize: (value: infer Request) => Buffer } ? Request : never;
type ResponseOf<Method> = Method extends { responseDeserialize: (value: Buffer) => infer Response } ? Response : never;

/** Typed client of a service: unary methods answer promises, server streams answer async iterables. Both reject with ServiceError. */
export type GrpcClient<Definition> = {
  readonly [Name in keyof Definition]: Definition[Name] extends { responseStream: true }
    ? (request: RequestOf<Definition[Name]>, options?: CallOptions) => AsyncIterable<ResponseOf<Definition[Name]>>
    : (request: RequestOf<Definition[Name]>, options?: CallOptions) => Promise<ResponseOf<Definition[Name]>>;
} & { close(): void };

/** Where and how to reach a service. */
export interface GrpcClientOptions {
  /** `host:port`, `dns:///host:port` or `unix:/path`; calls go round all addresses that a name has. */
  readonly target: string;
  /** gRPC service config as JSON text (`@atelier/contracts/service-configs`). */
  readonly serviceConfig?: string;
  readonly credentials?: ChannelCredentials;
  readonly channelOptions?: ChannelOptions;
  /** When a replica that fails is left alone; has a default. */
  readonly ejection?: ReplicaEjection;
}

/** Control calls only: images travel as asset ids. Batches of plans need the room. */
export const maxMessageBytes = 4 * 1024 * 1024;

/** One long-lived channel per target; make one client per process and service, never one per call. */
export function createGrpcClient<Definition extends object>(
  definition: Definition,
  options: GrpcClientOptions,
): GrpcClient<Definition> {
  const channel = new Client(options.target, options.credentials ?? credentials.createInsecure(), {
    'grpc.enable_channelz': 0,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    // Addresses are looked up again when a connection ends, at most this often.
    'grpc.dns_min_time_between_resolutions_ms': 1_000,
    // Otherwise a TXT record of the name could replace time-outs and retries.
    'grpc.service_config_disable_resolution': 1,
    'grpc.service_config': balanced(options.serviceConfig, options.ejection),
    ...options.channelOptions,
  });
  const methods = Object.entries(definition as StaticServiceDefinition).map(([name, method]) => [
    name,
    method.responseStream ? serverStream(channel, method) : unary(channel, method),
  ]);
  return { ...Object.fromEntries(methods), close: () => channel.close() } as GrpcClient<Definition>;
}
