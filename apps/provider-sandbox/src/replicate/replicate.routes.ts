import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addMisbehaviour, type ProviderSurface } from '../control/misbehaving-requests.js';
import { bearerToken, originOf, type SandboxContext } from '../sandbox-context.js';
import { addressedModel } from './creation-request.js';
import { registerFileRoutes } from './file.routes.js';
import { findModel, versionOf } from './model-table.js';
import { openApiSchemaOf } from './model-schema.js';
import { DELIVERY_PATH } from './prediction-resource.js';
import { registerPredictionRoutes } from './prediction.routes.js';
import type { PredictionService } from './prediction-service.js';
import { problemForStatus, ReplicateProblem } from './replicate-problem.js';
import type { SandboxModel } from './sandbox-model.js';
import type { UploadedFiles } from './uploaded-files.js';

const PROBLEM = 'application/problem+json';
const MODELS_SINCE = '2025-01-01T00:00:00.000Z';

/** Replicate's HTTP API under `/replicate/v1` and its delivery host under `/replicate/files-delivery`. */
export async function registerReplicate(
  app: FastifyInstance,
  context: SandboxContext,
  predictions: PredictionService,
  files: UploadedFiles,
): Promise<void> {
  const surfaceAt = (basePath: string): ProviderSurface => ({
    provider: 'replicate',
    basePath,
    modelOf: (request) => addressedModel(request) ?? predictions.store.find(idOf(request))?.plan.model.id,
    errorBody: (status) => ({ contentType: PROBLEM, body: problemForStatus(status).toBody() }),
  });

  await app.register(
    async (api) => {
      const surface = surfaceAt('/replicate/v1');
      addManners(api, context);
      addMisbehaviour(api, context, surface);
      registerPredictionRoutes(api, context, predictions, surface);
      registerFileRoutes(api, context, files);
      api.get('/account', (_request, reply) =>
        reply.send({ type: 'organization', username: 'sandbox', name: 'Provider sandbox' }),
      );
      api.get('/webhooks/default/secret', (_request, reply) => reply.send({ key: context.webhookSecret }));
      api.get('/models/:owner/:name', (request, reply) => {
        const { owner, name } = z.object({ owner: z.string(), name: z.string() }).parse(request.params);
        const model = findModel(`${owner}/${name}`);
        if (!model) throw ReplicateProblem.notFound();
        reply.send(modelResource(model, owner, name, originOf(request)));
      });
    },
    { prefix: '/replicate/v1' },
  );

  await app.register(
    async (delivery) => {
      addManners(delivery, context);
      addMisbehaviour(delivery, context, surfaceAt(DELIVERY_PATH));
      delivery.get('/:id/:name', async (request, reply) => {
        const { id, name } = z.object({ id: z.string(), name: z.string() }).parse(request.params);
        const file = await predictions.readOutput(id, name);
        if (!file) throw ReplicateProblem.notFound();
        return reply.type(file.contentType).header('cache-control', 'private, max-age=3600').send(file.bytes);
      });
    },
    { prefix: DELIVERY_PATH },
  );
}

function addManners(app: FastifyInstance, context: SandboxContext): void {
  app.addHook('onRequest', async (request) => {
    if (bearerToken(request) === undefined) throw ReplicateProblem.unauthenticated();
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, ReplicateProblem.notFound()));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof ReplicateProblem) return sendProblem(reply, error);
    if (error.statusCode === 413)
      return sendProblem(reply, new ReplicateProblem(413, 'Files must be less than 100MB in size'));
    if (error.statusCode !== undefined && error.statusCode < 500)
      return sendProblem(reply, new ReplicateProblem(error.statusCode, error.message));
    context.logger.error({ error }, 'unexpected error');
    return sendProblem(reply, problemForStatus(500));
  });
}

function sendProblem(reply: FastifyReply, problem: ReplicateProblem): FastifyReply {
  return reply.code(problem.status).type(PROBLEM).send(problem.toBody());
}

function idOf({ params }: FastifyRequest): string {
  return params !== null && typeof params === 'object' && 'id' in params ? String(params.id) : '';
}

function modelResource(model: SandboxModel, owner: string, name: string, origin: string): object {
  return {
    url: `${origin}/replicate/${model.id}`,
    owner,
    name,
    description: `${model.description} (sandbox)`,
    visibility: 'public',
    is_official: model.isOfficial,
    github_url: null,
    paper_url: null,
    license_url: null,
    run_count: 0,
    cover_image_url: null,
    default_example: null,
    latest_version: {
      id: versionOf(model),
      created_at: MODELS_SINCE,
      cog_version: null,
      openapi_schema: openApiSchemaOf(model),
    },
  };
}
