import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addMisbehaviour, type ProviderSurface } from '../control/misbehaving-requests.js';
import { bearerToken, type SandboxContext } from '../sandbox-context.js';
import { registerChatRoutes } from './chat.routes.js';
import { registerImageRoutes } from './image.routes.js';
import { findOpenAiModel, openAiModels, type OpenAiModel } from './model-list.js';
import { registerModerationRoutes } from './moderation.routes.js';
import { OpenAiError, openAiErrorForStatus } from './openai-error.js';
import { registerResponsesRoutes } from './responses.routes.js';

const MODELS_SINCE = 1_735_689_600;

const surface: ProviderSurface = {
  provider: 'openai',
  basePath: '/openai/v1',
  modelOf,
  errorBody: (status) => ({ contentType: 'application/json', body: openAiErrorForStatus(status).toBody() }),
};

/** OpenAI's HTTP API under `/openai/v1`. */
export async function registerOpenAi(app: FastifyInstance, context: SandboxContext): Promise<void> {
  await app.register(
    async (api) => {
      api.addHook('onRequest', async (request, reply) => {
        reply.header('x-request-id', `req_${context.random.id(32)}`).header('openai-version', '2020-10-01');
        if (bearerToken(request) === undefined) throw OpenAiError.unauthenticated();
      });
      api.setNotFoundHandler((request, reply) =>
        sendError(reply, new OpenAiError(404, `Invalid URL (${request.method} ${request.url})`)),
      );
      api.setErrorHandler((error: FastifyError, _request, reply) => {
        if (error instanceof OpenAiError) return sendError(reply, error);
        if (error.statusCode !== undefined && error.statusCode < 500)
          return sendError(reply, new OpenAiError(error.statusCode, error.message));
        context.logger.error({ error }, 'unexpected error');
        return sendError(reply, openAiErrorForStatus(500));
      });
      addMisbehaviour(api, context, surface);
      registerImageRoutes(api, context, surface);
      registerChatRoutes(api, context, surface);
      registerResponsesRoutes(api, context, surface);
      registerModerationRoutes(api, context, surface);
      api.get('/models', (_request, reply) => reply.send({ object: 'list', data: openAiModels.map(modelResource) }));
      api.get('/models/:model', (request, reply) => {
        const { model: id } = z.object({ model: z.string() }).parse(request.params);
        const model = findOpenAiModel(id);
        if (!model) throw OpenAiError.unknownModel(id);
        reply.send(modelResource(model));
      });
    },
    { prefix: '/openai/v1' },
  );
}

function sendError(reply: FastifyReply, error: OpenAiError): FastifyReply {
  return reply.code(error.status).send(error.toBody());
}

function modelResource({ id, shutdownDate }: OpenAiModel): object {
  return { id, object: 'model', created: MODELS_SINCE, owned_by: 'sandbox', shutdown_date: shutdownDate ?? null };
}

/** The model a request names: in its JSON body, in a form's fields, or in the path. */
function modelOf({ body, params }: FastifyRequest): string | undefined {
  const named = z.object({ model: z.string() });
  const form = z.object({ fields: named });
  return (
    named.safeParse(body).data?.model ?? form.safeParse(body).data?.fields.model ?? named.safeParse(params).data?.model
  );
}
