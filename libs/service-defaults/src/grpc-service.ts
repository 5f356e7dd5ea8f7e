import 'reflect-metadata';
import { type DynamicModule, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { ChannelOptions, Server } from '@grpc/grpc-js';
import {
  addReflection,
  CallContextInterceptor,
  grpcServerOptions,
  ServiceErrorFilter,
  tellingVersion,
} from '@atelier/grpc';
import { IdentityTokens } from '@atelier/identity';
import { HealthImplementation } from 'grpc-health-check';
import { unlinkDeadSocket } from './dead-socket.js';
import { type Logger, nestLogger } from './logger.js';
import { MeteredCallInterceptor } from './metered-call.interceptor.js';

/** A gRPC service and its surroundings. */
export interface GrpcServiceOptions {
  /** `generation`. */
  readonly name: string;
  readonly version: string;
  /** `host:port` or `unix:/path`. */
  readonly address: string;
  /** `atelier.generation.v1`. */
  readonly packageName: string;
  /** Full service name to its ts-proto definition. */
  readonly services: Readonly<Record<string, object>>;
  readonly module: DynamicModule;
  readonly identitySecret: string;
  readonly logger: Logger;
}

/** A service that answers. */
export interface RunningService {
  readonly name: string;
  readonly address: string;
  /** True while the service takes calls. */
  isServing(): boolean;
  /** True while new work is welcome, where that is something else than serving; /ready tells it. */
  isReady?(): boolean;
  /** Refuses new calls, lets running ones end for at most `graceMs`, then stops workers and connections. */
  close(graceMs?: number): Promise<void>;
}

/** Starts a service with everything all services have: identity, deadlines, errors, metrics, health, reflection, drain. */
export async function startGrpcService(options: GrpcServiceOptions): Promise<RunningService> {
  const { name, logger } = options;
  const serviceNames = Object.keys(options.services);
  const health = new HealthImplementation(
    Object.fromEntries(['', ...serviceNames].map((service) => [service, 'NOT_SERVING'])),
  );
  const setHealth = (status: 'SERVING' | 'NOT_SERVING'): void =>
    ['', ...serviceNames].forEach((service) => health.setStatus(service, status));
  let server: Server | undefined;
  let serving = false;

  await unlinkDeadSocket(options.address);
  const transport = grpcServerOptions({
    ...options,
    onServer: (created) => {
      server = created;
      health.addToServer(created);
      addReflection(created, serviceNames);
    },
  });
  const channelOptions = { ...transport.options.channelOptions, interceptors: [tellingVersion(options.version)] };
  const app: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(options.module, {
    ...transport,
    options: { ...transport.options, channelOptions: channelOptions as ChannelOptions },
    logger: nestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalInterceptors(
    new MeteredCallInterceptor(name),
    new CallContextInterceptor(new IdentityTokens(options.identitySecret)),
  );
  app.useGlobalFilters(
    new ServiceErrorFilter((error) => logger.error({ err: error, cause: error.cause }, 'call failed unexpectedly')),
  );
  await app.listen();
  serving = true;
  setHealth('SERVING');
  logger.info({ address: options.address }, 'serving');

  return {
    name,
    address: options.address,
    isServing: () => serving,
    close: async (graceMs = 5_000) => {
      if (!serving) return;
      serving = false;
      setHealth('NOT_SERVING');
      if (server) await drain(server, graceMs);
      await app.close();
      logger.info('stopped');
    },
  };
}

function drain(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
