import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { clientGone } from '../client-gone.js';
import { faultSubject, type ProviderSurface } from '../control/misbehaving-requests.js';
import { originOf, type SandboxContext } from '../sandbox-context.js';
import { readCreationRequest } from './creation-request.js';
import { predictionResource } from './prediction-resource.js';
import type { PredictionService } from './prediction-service.js';
import type { Prediction } from './prediction.js';
import { ReplicateProblem } from './replicate-problem.js';

const listQuery = z.object({
  created_after: z.iso.datetime({ offset: true }).optional(),
  created_before: z.iso.datetime({ offset: true }).optional(),
  cursor: z.string().optional(),
  source: z.enum(['web']).optional(),
});

/** Creating, reading, listing and cancelling predictions. */
export function registerPredictionRoutes(
  app: FastifyInstance,
  context: SandboxContext,
  predictions: PredictionService,
  surface: ProviderSurface,
): void {
  const { clock } = context;
  const show = (request: FastifyRequest, prediction: Prediction, at = clock.now()) =>
    predictionResource(prediction, at, originOf(request));

  const create = async (request: FastifyRequest, reply: FastifyReply) => {
    const creation = readCreationRequest(request);
    const prediction = predictions.create(creation, faultSubject(surface, request), originOf(request));
    const { createdAt } = prediction.plan;
    // Without waiting, and when waiting was in vain, the API answers the prediction as it began.
    if (creation.waitMs === undefined) return reply.code(201).send(show(request, prediction, createdAt - 1));
    await predictions.waitForEnd(prediction, creation.waitMs, clientGone(reply));
    const hasEnded = prediction.phaseAt(clock.now()).completedAt !== undefined;
    return hasEnded
      ? reply.code(201).send(show(request, prediction))
      : reply.code(202).send(show(request, prediction, createdAt - 1));
  };
  app.post('/models/:owner/:name/predictions', { config: { isPaid: true } }, create);
  app.post('/predictions', { config: { isPaid: true } }, create);

  app.get('/predictions', (request, reply) => {
    const query = listQuery.safeParse(request.query);
    if (!query.success) throw new ReplicateProblem(400, 'Invalid query parameters');
    const { created_after: after, created_before: before, cursor, source } = query.data;
    const page = predictions.store.list({
      ...(after === undefined ? {} : { createdAfter: Date.parse(after) }),
      ...(before === undefined ? {} : { createdBefore: Date.parse(before) }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    reply.send({
      next: pageUrl(request, page.next),
      previous: pageUrl(request, page.previous),
      // Everything in the sandbox was created through the API, nothing on the website.
      results: source === 'web' ? [] : page.predictions.map((prediction) => show(request, prediction)),
    });
  });

  app.get('/predictions/:id', (request, reply) => reply.send(show(request, find(request))));

  app.post('/predictions/:id/cancel', (request, reply) => {
    const prediction = find(request);
    prediction.cancel(clock.now());
    reply.send(show(request, prediction));
  });

  function find(request: FastifyRequest): Prediction {
    const { id } = z.object({ id: z.string() }).parse(request.params);
    const prediction = predictions.store.find(id);
    if (!prediction) throw ReplicateProblem.notFound();
    return prediction;
  }
}

function pageUrl(request: FastifyRequest, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const url = new URL(request.url, originOf(request));
  url.searchParams.set('cursor', cursor);
  return url.href;
}
