import { type GrpcOptions, Transport } from '@nestjs/microservices';
import type { MethodDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { maxMessageBytes, type StaticServiceDefinition } from './grpc-client.js';

/** What a service serves and where. */
export interface GrpcServerOptions {
  /** `host:port` or `unix:/path`. */
  readonly address: string;
  /** `atelier.generation.v1`. */
  readonly packageName: string;
  /** Full service name to its ts-proto definition. */
  readonly services: Readonly<Record<string, object>>;
  readonly credentials?: ServerCredentials;
  /** After how long a connection ends (± 10 %), so that its client looks for new replicas; default five minutes. */
  readonly maxConnectionAgeMs?: number;
  /** Called with the grpc-js server before it serves, for health and reflection. */
  readonly onServer: (server: Server) => void;
}

/**
 * Nest transport options that run on ts-proto's static codecs, with no .proto file at run time.
 * Connections end after a while so that new replicas get traffic.
 */
export function grpcServerOptions(options: GrpcServerOptions): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: {
      url: options.address,
      // A service may serve contracts of other packages beside its own.
      package: [...new Set([options.packageName, ...Object.keys(options.services).map(packageOf)])],
      packageDefinition: toPackageDefinition(options.services),
      maxReceiveMessageLength: maxMessageBytes,
      ...(options.credentials ? { credentials: options.credentials } : {}),
      channelOptions: {
        'grpc.enable_channelz': 0,
        'grpc.max_connection_age_ms': options.maxConnectionAgeMs ?? 300_000,
        // No call is cut short by it: the longest deadline of a contract is an hour.
        'grpc.max_connection_age_grace_ms': 3_600_000,
      },
      onLoadPackageDefinition: (_package: unknown, server: Server) => options.onServer(server),
    },
  };
}

function packageOf(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf('.'));
}

/** ts-proto keys methods in lowerCamel; Nest's decorators look them up in UpperCamel. */
function toPackageDefinition(services: Readonly<Record<string, object>>): Record<string, StaticServiceDefinition> {
  return Object.fromEntries(
    Object.entries(services).map(([fullName, definition]) => [
      fullName,
      Object.fromEntries(
        Object.entries(definition as StaticServiceDefinition).map(
          ([key, method]: [string, MethodDefinition<unknown, unknown>]) => [
            key.charAt(0).toUpperCase() + key.slice(1),
            { ...method, originalName: key },
          ],
        ),
      ),
    ]),
  );
}
