import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hashInput } from '../canonical-json.js';
import { addMisbehaviour, faultSubject, type ProviderSurface } from '../control/misbehaving-requests.js';
import { bearerToken, type SandboxContext } from '../sandbox-context.js';
import { takeTime } from '../synchronous-work.js';
import { readContentRequest } from './content-request.js';
import { GeminiError, geminiErrorForStatus } from './gemini-error.js';

const IMAGE_SECONDS = 3;
const MAX_SEED = 2 ** 31;
const TOKENS_PER_IMAGE = 1290;
const INPUT_TOKENS_PER_IMAGE = 258;

const MODELS = new Set([
  'gemini-nano-banana-2.1',
  'gemini-3.1-flash-image',
  'gemini-2.5-flash-image-preview',
  'gemini-2.5-flash-image',
  'gemini-3.1-flash-image-preview',
  'gemini-3-pro-image-preview',
]);

const surface: ProviderSurface = {
  provider: 'gemini',
  basePath: '/gemini/v1beta',
  modelOf,
  errorBody: (status) => ({ contentType: 'application/json', body: geminiErrorForStatus(status).toBody() }),
};

/** `POST /gemini/v1beta/models/{model}:generateContent`: text and inline images in, one inline image out. */
export async function registerGemini(app: FastifyInstance, context: SandboxContext): Promise<void> {
  await app.register(
    async (api) => {
      api.addHook('onRequest', async (request) => {
        if (bearerToken(request) === undefined && !request.headers['x-goog-api-key'])
          throw new GeminiError(
            403,
            "Method doesn't allow unregistered callers. Please use API Key or other form of API consumer identity to call this API.",
          );
      });
      api.setNotFoundHandler((_request, reply) =>
        sendError(reply, new GeminiError(404, 'Requested entity was not found.')),
      );
      api.setErrorHandler((error: FastifyError, _request, reply) => {
        if (error instanceof GeminiError) return sendError(reply, error);
        if (error.statusCode !== undefined && error.statusCode < 500)
          return sendError(reply, new GeminiError(error.statusCode, error.message));
        context.logger.error({ error }, 'unexpected error');
        return sendError(reply, geminiErrorForStatus(500));
      });
      addMisbehaviour(api, context, surface);
      // The colon before the method name would be a parameter in a route's path, so the path is read by hand.
      api.post('/models/*', { config: { isPaid: true } }, async (request, reply) => {
        const model = modelOf(request);
        if (model === undefined || !MODELS.has(model))
          throw new GeminiError(
            404,
            `models/${model ?? ''} is not found for API version v1beta, or is not supported for generateContent.`,
          );
        return generateContent(context, request, reply, model);
      });
    },
    { prefix: '/gemini/v1beta' },
  );
}

async function generateContent(
  context: SandboxContext,
  request: FastifyRequest,
  reply: FastifyReply,
  model: string,
): Promise<FastifyReply> {
  const { clock, creations, faults, random, studio } = context;
  const { prompt, images, size, wantsText } = await readContentRequest(request.body);
  const fault = faults.take(faultSubject(surface, request), ['policy_refusal', 'never_finish', 'fail']);
  const id = `gem_${random.id(24)}`;
  const at = new Date(clock.now()).toISOString();
  creations.record({ id, provider: 'gemini', model, at, inputHash: hashInput(request.body) });
  const isWanted = await takeTime(context, reply, IMAGE_SECONDS, fault?.kind === 'never_finish');
  if (!isWanted) return reply.hijack();
  if (fault?.kind === 'fail') throw geminiErrorForStatus(500);

  const promptTokenCount = Math.ceil(prompt.length / 4) + images.length * INPUT_TOKENS_PER_IMAGE;
  const answer = (finishReason: string, parts: readonly object[]) =>
    reply.send({
      candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }],
      usageMetadata: {
        promptTokenCount,
        candidatesTokenCount: parts.length === 0 ? 0 : TOKENS_PER_IMAGE,
        totalTokenCount: promptTokenCount + (parts.length === 0 ? 0 : TOKENS_PER_IMAGE),
      },
      modelVersion: model,
      responseId: id,
    });
  if (fault?.kind === 'policy_refusal') return answer('IMAGE_SAFETY', []);
  const seed = random.integer(MAX_SEED);
  const file = await studio.renderOnce(async () => ({
    kind: 'image',
    prompt,
    seed,
    model,
    ...size,
    format: 'png',
    quality: 90,
    sources: images,
    effect: 'restyle',
  }));
  return answer('STOP', [
    ...(wantsText ? [{ text: 'Sandbox image; no model was asked.' }] : []),
    { inlineData: { mimeType: file.contentType, data: file.bytes.toString('base64') } },
  ]);
}

function modelOf({ params }: FastifyRequest): string | undefined {
  const rest = params !== null && typeof params === 'object' && '*' in params ? String(params['*']) : '';
  return /^([\w.-]+):generateContent$/.exec(rest)?.[1];
}

function sendError(reply: FastifyReply, error: GeminiError): FastifyReply {
  return reply.code(error.status).send(error.toBody());
}
