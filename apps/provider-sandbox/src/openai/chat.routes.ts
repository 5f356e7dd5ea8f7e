import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hashInput } from '../canonical-json.js';
import { faultSubject, type ProviderSurface } from '../control/misbehaving-requests.js';
import type { SandboxContext } from '../sandbox-context.js';
import { takeTime } from '../synchronous-work.js';
import { messageSchema, readConversation, type UserRequest } from './conversation.js';
import { findOpenAiModel } from './model-list.js';
import { assertTakesParameters } from './model-parameters.js';
import { OpenAiError, openAiErrorForStatus } from './openai-error.js';
import { parseBody } from './request-body.js';
import { answerSchema } from './schema-answer.js';
import { assertStrictSchema } from './strict-schema.js';
import { estimateTokens } from './token-estimate.js';

const CHAT_SECONDS = 0.5;
const CHARACTERS_PER_TOKEN = 4;

const responseFormatSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string(),
      strict: z.boolean().nullish(),
      schema: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
]);

const chatSchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  response_format: responseFormatSchema.optional(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stream: z.literal(false).nullish(),
});

/** `POST /chat/completions`, with strict JSON schemas. */
export function registerChatRoutes(app: FastifyInstance, context: SandboxContext, surface: ProviderSurface): void {
  app.post('/chat/completions', { config: { isPaid: true } }, async (request, reply) => {
    const { clock, creations, faults, random } = context;
    const body = parseBody(chatSchema, request.body);
    if (!findOpenAiModel(body.model, 'text')) throw OpenAiError.unknownModel(body.model);
    assertTakesParameters(body.model, body);
    const format = body.response_format;
    if (format?.type === 'json_schema' && format.json_schema.strict)
      assertStrictSchema(format.json_schema.name, format.json_schema.schema, 'response_format');

    const fault = faults.take(faultSubject(surface, request), ['policy_refusal', 'never_finish', 'fail']);
    const id = `chatcmpl-${random.id(29)}`;
    const at = new Date(clock.now()).toISOString();
    creations.record({ id, provider: 'openai', model: body.model, at, inputHash: hashInput(request.body) });
    if (!(await takeTime(context, reply, CHAT_SECONDS, fault?.kind === 'never_finish'))) return reply.hijack();
    if (fault?.kind === 'fail') throw openAiErrorForStatus(500);

    const conversation = readConversation(body.messages);
    const isRefused = fault?.kind === 'policy_refusal';
    const whole = isRefused ? "I'm sorry, I can't assist with that request." : compose(format, conversation);
    const limit = (body.max_completion_tokens ?? body.max_tokens ?? Infinity) * CHARACTERS_PER_TOKEN;
    const content = whole.slice(0, limit);
    const promptTokens = estimateTokens(conversation.transcript);
    const completionTokens = estimateTokens(content);
    return reply.send({
      id,
      object: 'chat.completion',
      created: Math.floor(clock.now() / 1000),
      model: body.model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: isRefused ? null : content,
            refusal: isRefused ? content : null,
            annotations: [],
          },
          logprobs: null,
          finish_reason: content.length < whole.length ? 'length' : 'stop',
        },
      ],
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
      },
      service_tier: 'default',
    });
  });
}

function compose(format: z.infer<typeof responseFormatSchema> | undefined, request: UserRequest): string {
  if (format?.type === 'json_schema') return JSON.stringify(answerSchema(format.json_schema.schema ?? {}, request));
  const text = `Sandbox answer; no language model was asked. You wrote: ${request.prompt}`;
  return format?.type === 'json_object' ? JSON.stringify({ sandbox: true, answer: text }) : text;
}
