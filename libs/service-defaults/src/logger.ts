import type { LoggerService } from '@nestjs/common';
import { currentCall } from '@atelier/grpc';
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Field names whose values never reach a log, at any depth that our log lines have. */
const secretFields = [
  'authorization',
  'apiKey',
  'api_key',
  'x-api-key',
  'token',
  'secret',
  'password',
  'cookie',
  'identityToken',
];

/** Structured logger of one service; every line inside a call carries its request id. */
export function createLogger(
  options: { service: string; version: string; level: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service, service_version: options.version },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => {
      const requestId = currentCall()?.requestId;
      return requestId ? { request_id: requestId } : {};
    },
    redact: {
      paths: secretFields.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
      censor: '[redacted]',
    },
  };
  return destination ? pino(settings, destination) : pino(settings);
}

/** Nest's own messages through our logger: warnings and errors only, its start-up chatter is debug. */
export function nestLogger(logger: Logger): LoggerService {
  const line =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...context: unknown[]) => {
      if (message instanceof Error) logger[level]({ err: message }, message.message);
      else logger[level]({ context: context.at(-1) }, String(message));
    };
  return {
    log: line('debug'),
    verbose: line('debug'),
    debug: line('debug'),
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
  };
}
