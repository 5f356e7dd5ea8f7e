import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hashInput } from '../canonical-json.js';
import { faultSubject, type ProviderSurface } from '../control/misbehaving-requests.js';
import type { SandboxContext } from '../sandbox-context.js';
import { takeTime } from '../synchronous-work.js';
import { messageSchema, readConversation } from './conversation.js';
import { findOpenAiModel } from './model-list.js';
import { assertTakesParameters } from './model-parameters.js';
import { OpenAiError, openAiErrorForStatus } from './openai-error.js';
import { parseBody } from './request-body.js';
import { answerSchema } from './schema-answer.js';
import { searchWeb, writeSearchAnswer, type Citation, type SandboxPage } from './sandbox-web-search.js';
import { assertStrictSchema } from './strict-schema.js';
import { estimateTokens } from './token-estimate.js';

const PLAIN_SECONDS = 0.5;
const SEARCH_SECONDS = 1.5;

const formatSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: z.string(),
    strict: z.boolean().nullish(),
    schema: z.record(z.string(), z.unknown()),
  }),
]);

const responsesSchema = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(messageSchema).min(1)]),
  instructions: z.string().nullish(),
  tools: z.array(z.looseObject({ type: z.string() })).default([]),
  tool_choice: z.unknown().optional(),
  include: z.array(z.string()).nullish(),
  text: z.looseObject({ format: formatSchema.optional() }).optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  stream: z.literal(false).nullish(),
});

type ResponsesBody = z.infer<typeof responsesSchema>;

/** `POST /responses`, with the web-search tool, which finds the sandbox's own made-up pages. */
export function registerResponsesRoutes(app: FastifyInstance, context: SandboxContext, surface: ProviderSurface): void {
  app.post('/responses', { config: { isPaid: true } }, async (request, reply) => {
    const { clock, creations, faults, random } = context;
    const body = parseBody(responsesSchema, request.body);
    if (!findOpenAiModel(body.model, 'text')) throw OpenAiError.unknownModel(body.model);
    assertTakesParameters(body.model, body);
    const format = body.text?.format;
    if (format?.type === 'json_schema' && format.strict) assertStrictSchema(format.name, format.schema, 'text.format');

    const fault = faults.take(faultSubject(surface, request), ['policy_refusal', 'never_finish', 'fail']);
    const createdAt = clock.now();
    const id = `resp_${random.id(40)}`;
    const at = new Date(createdAt).toISOString();
    creations.record({ id, provider: 'openai', model: body.model, at, inputHash: hashInput(request.body) });
    const seconds = searches(body) ? SEARCH_SECONDS : PLAIN_SECONDS;
    if (!(await takeTime(context, reply, seconds, fault?.kind === 'never_finish'))) return reply.hijack();
    if (fault?.kind === 'fail') throw openAiErrorForStatus(500);

    const { output, inputTokens, outputTokens } = composeOutput(body, fault?.kind === 'policy_refusal', () =>
      random.id(32),
    );
    return reply.send({
      id,
      object: 'response',
      created_at: Math.floor(createdAt / 1000),
      completed_at: Math.floor(clock.now() / 1000),
      status: 'completed',
      error: null,
      incomplete_details: null,
      instructions: body.instructions ?? null,
      max_output_tokens: body.max_output_tokens ?? null,
      model: body.model,
      output,
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      previous_response_id: null,
      temperature: body.temperature ?? 1,
      text: body.text ?? { format: { type: 'text' } },
      tool_choice: body.tool_choice ?? 'auto',
      tools: body.tools,
      top_p: body.top_p ?? 1,
      truncation: 'disabled',
      metadata: body.metadata ?? {},
      usage: {
        input_tokens: inputTokens,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: outputTokens,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: inputTokens + outputTokens,
      },
    });
  });
}

function searches({ tools, tool_choice: choice }: ResponsesBody): boolean {
  return choice !== 'none' && tools.some(({ type }) => type.startsWith('web_search'));
}

/** Pictures are looked for when the tool is told to, and shown when they are asked for. */
function showsPictures({ tools, include }: ResponsesBody): boolean {
  const looks = tools.some(({ search_content_types: types }) => Array.isArray(types) && types.includes('image'));
  return looks && include?.includes('web_search_call.results') === true;
}

function toPicture({ title, url, imageUrl }: SandboxPage): object {
  return {
    type: 'image_result',
    image_url: imageUrl,
    source_website_url: url,
    thumbnail_url: imageUrl,
    caption: title,
  };
}

function composeOutput(
  body: ResponsesBody,
  isRefused: boolean,
  newId: () => string,
): { output: object[]; inputTokens: number; outputTokens: number } {
  const conversation = readConversation(
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input,
  );
  const inputTokens = estimateTokens(conversation.transcript + (body.instructions ?? ''));
  if (isRefused) {
    const refusal = "I'm sorry, I can't assist with that request.";
    return {
      output: [message(newId(), { type: 'refusal', refusal })],
      inputTokens,
      outputTokens: estimateTokens(refusal),
    };
  }
  const results = searches(body) ? searchWeb(conversation.prompt) : [];
  const format = body.text?.format;
  const isJson = format?.type === 'json_schema';
  const written = isJson
    ? { text: JSON.stringify(answerSchema(format.schema, conversation, results)), citations: [] as Citation[] }
    : writeSearchAnswer(conversation.prompt, results);
  const sources = body.include?.includes('web_search_call.action.sources')
    ? { sources: results.map(({ url }) => ({ type: 'url', url })) }
    : {};
  const call = {
    id: `ws_${newId()}`,
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', queries: [conversation.prompt], ...sources },
    ...(showsPictures(body) ? { results: results.map(toPicture) } : {}),
  };
  const annotations = written.citations.map((citation) => ({ type: 'url_citation', ...citation }));
  return {
    output: [
      ...(results.length > 0 ? [call] : []),
      message(newId(), { type: 'output_text', text: written.text, annotations, logprobs: [] }),
    ],
    inputTokens,
    outputTokens: estimateTokens(written.text),
  };
}

function message(id: string, content: object): object {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', status: 'completed', content: [content] };
}
