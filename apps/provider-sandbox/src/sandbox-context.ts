import type { FastifyRequest } from 'fastify';
import type { Clock } from './clock.js';
import type { FaultPlan } from './control/fault-plan.js';
import type { CreationLog } from './creation-log.js';
import type { RandomSource } from './random-source.js';
import type { RenderingStudio } from './rendering/rendering-studio.js';

/** The few log methods the sandbox uses; a pino logger has this shape. */
export interface SandboxLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What every provider's routes share. */
export interface SandboxContext {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Factor on every realistic duration; 0 makes all work immediate. */
  readonly timeScale: number;
  readonly faults: FaultPlan;
  readonly creations: CreationLog;
  readonly studio: RenderingStudio;
  readonly logger: SandboxLogger;
  /** Used for webhooks, which are the only requests the sandbox makes. */
  readonly fetch: typeof fetch;
  /** Replicate's webhook signing secret, `whsec_` + base64. */
  readonly webhookSecret: string;
  /** Aborts when the sandbox closes. */
  readonly closing: AbortSignal;
}

/** The address under which the caller reached the sandbox, so that links in answers work for that caller. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

/** The token of an `Authorization` header, or undefined when there is none. */
export function bearerToken(request: FastifyRequest): string | undefined {
  return /^(?:Bearer|Token)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
