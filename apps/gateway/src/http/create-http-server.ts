import fastifyCors from '@fastify/cors';
import fastifyMultipart from '@fastify/multipart';
import fastifyWebsocket from '@fastify/websocket';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { runInCall } from '@atelier/grpc';
import type { IdentityTokens } from '@atelier/identity';
import type { LoadShedder } from '@atelier/resilience';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../gateway.config.js';
import { type Admission, checkContentType } from './admission.js';
import { deadlineOf, endpointOf } from './endpoint.js';
import { forcedVersions } from './forced-versions.js';
import type { Observation } from './observation.js';
import { refuseOverload } from './overload.js';
import { sendProblem } from './problem.js';
import { ProblemFilter } from './problem.filter.js';
import { type BodyGate, jsonLimitBytes, takeImageBodies } from './image-bodies.js';
import { keepRawBodies } from './raw-body.js';
import { RequestCall } from './request-call.js';
import { requestIdOf, traceparentOf } from './request-id.js';
import { endRequestSpan, startRequestSpan } from './request-span.js';
import type { RouteTable } from './route-table.js';
import { securityHeaders } from './security-headers.js';
import { toServiceError } from './to-service-error.js';
import { answerExpectation, answerUnreadable } from './unreadable-request.js';
import { zodValidatorCompiler } from './validation.js';
import { gatewayErrors } from '../gateway.errors.js';

/** What every request passes before and after its endpoint. */
export interface HttpServerParts {
  readonly config: Pick<GatewayConfig, 'PUBLIC_URL' | 'CORS_ORIGINS' | 'MAX_IMAGE_BYTES'>;
  readonly version: string;
  readonly routes: RouteTable;
  readonly tokens: IdentityTokens;
  readonly admission: Admission;
  readonly observation: Observation;
  readonly load: LoadShedder;
  /** Holds back bodies with images when there are too many. */
  readonly imageBodies: BodyGate;
  /** Fires when the gateway stops: streams end, and their clients resume elsewhere. */
  readonly stopping: AbortSignal;
}

/** Fastify for Nest, with everything that does not depend on the endpoint. Nothing listens yet. */
export async function createHttpServer(parts: HttpServerParts): Promise<FastifyAdapter> {
  const { config, routes, tokens, admission, observation } = parts;
  const headers = {
    ...(await securityHeaders({ https: config.PUBLIC_URL?.startsWith('https:') ?? false })),
    server: `atelier/${parts.version}`,
  };
  const adapter = new FastifyAdapter({
    logger: false,
    skipMiddie: true,
    bodyLimit: jsonLimitBytes,
    requestTimeout: 120_000,
    genReqId: requestIdOf,
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      // No hook runs for these, so nobody else would close the socket of a broken upgrade.
      reply.raw.once('finish', () => request.raw.socket.destroySoon());
      reply.headers(headers).header('x-request-id', request.id);
      sendProblem(reply, toServiceError(error));
    },
    // Node would refuse a request without Host itself, with an empty body.
    http: { requireHostHeader: false },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, headers),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.server.on('checkExpectation', (request, response) => answerExpectation(request, response, headers));

  routes.observe(fastify);
  const problems = new ProblemFilter(routes, (error, request) => observation.failed(error, request));
  // Per route, not per server: a route takes the server's handler when it is registered, and Nest sets its own later.
  fastify.addHook('onRoute', (route) => {
    route.errorHandler ??= (error, request, reply) => problems.answer(error, request, reply);
  });
  fastify.setValidatorCompiler(zodValidatorCompiler);
  fastify.decorateRequest('call');
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers);
    reply.header('x-request-id', request.id);
    const traceparent = traceparentOf(request.raw);
    const span = startRequestSpan(request, traceparent);
    request.call = new RequestCall(request.id, span?.traceparent ?? traceparent, tokens, reply);
    request.call.span = span;
    done(hasHost(request) ? undefined : gatewayErrors.MALFORMED_REQUEST());
  });
  if (config.CORS_ORIGINS.length > 0) {
    await fastify.register(fastifyCors, {
      origin: [...config.CORS_ORIGINS],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [...corsRequestHeaders],
      exposedHeaders: [...corsAnswerHeaders],
      maxAge: 600,
    });
  }
  // Before admission: it closes the sockets of refused upgrades, which the server itself no longer tracks.
  await fastify.register(fastifyWebsocket, {
    options: {
      maxPayload: 16 * 1024,
      handleProtocols: (protocols: Set<string>) => (protocols.has('atelier.v1') ? 'atelier.v1' : false),
    },
  });
  refuseOverload(fastify, parts.load);
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    await admission.admit(request, reply);
    request.call.canary = forcedVersions(request.headers, request.call.principal);
    const endpoint = endpointOf(request);
    if (!endpoint) return;
    if (request.method === 'HEAD' && endpoint.answer.contentType === 'text/event-stream') {
      throw gatewayErrors.METHOD_NOT_ALLOWED({ metadata: { allow: 'GET' } });
    }
    checkContentType(request, endpoint);
    if (endpoint.streams) request.call.endWith(parts.stopping);
    else request.call.deadlineMs = deadlineOf(endpoint);
  });
  keepRawBodies(fastify);
  takeImageBodies(fastify, config.MAX_IMAGE_BYTES, parts.imageBodies);
  // Not earlier: parsing a body leaves the asynchronous context it began in.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const { call } = request;
    if (call.span) call.span.run(() => runInCall(call, done));
    else runInCall(call, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    observation.answered(request, reply);
    endRequestSpan(request, reply);
    done();
  });
  await fastify.register(fastifyMultipart, {
    limits: { fileSize: config.MAX_IMAGE_BYTES, files: 1, fields: 4, parts: 5, fieldSize: 4096 },
  });
  return adapter;
}

/** HTTP/1.1 demands it (RFC 9112, 3.2). */
function hasHost({ raw }: FastifyRequest): boolean {
  return raw.headers.host !== undefined || raw.httpVersion === '1.0';
}

const corsRequestHeaders = [
  'authorization',
  'x-api-key',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'x-request-id',
  'traceparent',
] as const;
const corsAnswerHeaders = [
  'x-request-id',
  'retry-after',
  'location',
  'etag',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'ratelimit-policy',
  'ratelimit-degraded',
] as const;
