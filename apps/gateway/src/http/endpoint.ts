import { applyDecorators, HttpCode, RequestMapping, RequestMethod, type Type } from '@nestjs/common';
import { RouteConfig, RouteSchema } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { Scope } from '@atelier/identity';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/**
 * Who may use an endpoint: a scope, or `public` for everybody. `link` takes a signed link instead of an identity,
 * `operator` an administrator or a caller on this machine. There is no default: an endpoint without it does not compile.
 */
export type Access = Exclude<Scope, 'act_as'> | 'public' | 'link' | 'operator';

/** What an endpoint answers with one status. */
export interface EndpointAnswer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Default `application/json` when there is a schema. */
  readonly contentType?: string;
  readonly example?: unknown;
}

/** One REST endpoint: routing, validation, access and documentation in one place, so that they can't differ. */
export interface EndpointDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify pattern, for example `/api/v1/generations/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The endpoint also gets the bytes of the body as they came (`request.bodyBytes`), at most so many. */
  readonly rawBodyLimit?: number;
  /** Shown instead of `body` where items are validated one by one. */
  readonly documentedBody?: z.ZodType;
  readonly bodyExample?: unknown;
  /** The endpoint takes `multipart/form-data` instead of JSON. */
  readonly upload?: boolean;
  /** The JSON body may hold whole images as data: URLs: it may be larger, and only so many are read at once. */
  readonly imageBody?: boolean;
  /** Longest time for the answer in milliseconds; default 30 seconds. */
  readonly timeoutMs?: number;
  /** Headers that the endpoint reads, for the documentation. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer stays open: no deadline. */
  readonly streams?: boolean;
  /** Its requests count against no limit: it lifts the limits that keep its caller out. */
  readonly unlimited?: boolean;
  /** Administrators' pages ask it every few seconds: that counts against no limit of theirs and is reported as no use. */
  readonly watched?: boolean;
  /** Its calls are counted without the caller. */
  readonly anonymous?: boolean;
  /** Open to callers whose data is being deleted. */
  readonly whileClosed?: boolean;
  /** Status of success; default 200. */
  readonly status?: number;
  readonly answer: EndpointAnswer;
  /** Problem statuses beside those that every endpoint has. */
  readonly problems?: readonly number[];
}

/** Epoch milliseconds by which an answer that begins now is due. */
export function deadlineOf({ timeoutMs = 30_000 }: EndpointDefinition): number {
  return Date.now() + timeoutMs;
}

/** Tag of files that are served but are no part of the API. */
export const staticTag = 'static';

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: EndpointDefinition;
  }
}

const requestMethods = {
  GET: RequestMethod.GET,
  POST: RequestMethod.POST,
  PUT: RequestMethod.PUT,
  PATCH: RequestMethod.PATCH,
  DELETE: RequestMethod.DELETE,
} as const;

/** Serves a controller method as the defined endpoint. */
export function Endpoint(definition: EndpointDefinition): MethodDecorator {
  const { method, path, params, query, body } = definition;
  return applyDecorators(
    RequestMapping({ method: requestMethods[method], path }),
    HttpCode(definition.status ?? 200),
    RouteConfig({ endpoint: definition }),
    RouteSchema({
      ...(params ? { params } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
    }),
  );
}

/** The endpoints that a controller declares. */
export function endpointDefinitions(controller: Type): EndpointDefinition[] {
  return Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object)).flatMap(({ value }) => {
    const config: unknown =
      typeof value === 'function' ? Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, value) : {};
    return (config as { endpoint?: EndpointDefinition } | undefined)?.endpoint ?? [];
  });
}

/** The endpoint that a request was routed to; undefined for static files and unknown addresses. */
export function endpointOf(request: FastifyRequest): EndpointDefinition | undefined {
  return request.routeOptions.config.endpoint;
}
