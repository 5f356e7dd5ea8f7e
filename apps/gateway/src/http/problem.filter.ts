import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { ServiceError } from '@atelier/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { sendProblem, statusOf } from './problem.js';
import type { RouteTable } from './route-table.js';
import { toServiceError } from './to-service-error.js';

/** Answers every error of every endpoint as problem details; unexpected ones are reported and hidden. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly report: (error: ServiceError, request: FastifyRequest) => void,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** The same for what is thrown where Nest does not catch it. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    let error = toServiceError(thrown);
    if (error.reason === 'ROUTE_NOT_FOUND') error = this.#unrouted(request);
    if (statusOf(error) >= 500) this.report(error, request);
    if (reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(reply, error);
  }

  #unrouted(request: FastifyRequest): ServiceError {
    const methods = this.routes.methodsOf(request.raw.url ?? '/');
    return methods.length === 0 || methods.includes(request.method)
      ? gatewayErrors.ROUTE_NOT_FOUND()
      : gatewayErrors.METHOD_NOT_ALLOWED({ metadata: { allow: methods.join(', ') } });
  }
}
