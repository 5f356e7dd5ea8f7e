import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SandboxContext } from '../sandbox-context.js';
import { faultRuleSchema, type FaultRule } from './fault.js';

const rulesSchema = z.union([z.array(faultRuleSchema), faultRuleSchema.transform((rule) => [rule])]);

/**
 * The control API, for tests only: `PUT /faults` replaces the fault rules, `POST /faults` adds to them (both take one
 * rule or an array), `GET` and `DELETE /faults` show and clear them, `GET /creations` lists what would have been paid.
 */
export function registerControl(app: FastifyInstance, context: SandboxContext): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: 'invalid fault rule', issues: error.issues });
    return reply.send(error);
  });
  app.put('/faults', (request, reply) => {
    context.faults.replace(rulesOf(request));
    reply.send({ faults: context.faults.pending });
  });
  app.post('/faults', (request, reply) => {
    context.faults.add(rulesOf(request));
    reply.send({ faults: context.faults.pending });
  });
  app.get('/faults', (_request, reply) => reply.send({ faults: context.faults.pending }));
  app.delete('/faults', (_request, reply) => {
    context.faults.replace([]);
    reply.code(204).send();
  });
  app.get('/creations', (_request, reply) => reply.send({ creations: context.creations.entries }));
}

function rulesOf(request: FastifyRequest): FaultRule[] {
  return rulesSchema.parse(request.body);
}
