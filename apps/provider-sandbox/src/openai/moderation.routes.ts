import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { faultSubject, type ProviderSurface } from '../control/misbehaving-requests.js';
import type { SandboxContext } from '../sandbox-context.js';
import { takeTime } from '../synchronous-work.js';
import { findOpenAiModel } from './model-list.js';
import { OpenAiError } from './openai-error.js';
import { parseBody } from './request-body.js';

const MODERATION_SECONDS = 0.1;

const CATEGORIES = [
  'hate',
  'hate/threatening',
  'harassment',
  'harassment/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
] as const;

const moderationSchema = z.strictObject({
  model: z.string().default('omni-moderation-latest'),
  input: z.union([
    z.string(),
    z.array(z.string()).min(1),
    z.array(z.looseObject({ type: z.enum(['text', 'image_url']) })).min(1),
  ]),
});

/** `POST /moderations`: flags nothing unless a `policy_refusal` fault says so. */
export function registerModerationRoutes(
  app: FastifyInstance,
  context: SandboxContext,
  surface: ProviderSurface,
): void {
  app.post('/moderations', async (request, reply) => {
    const { model, input } = parseBody(moderationSchema, request.body);
    if (!findOpenAiModel(model, 'moderation')) throw OpenAiError.unknownModel(model);
    const fault = context.faults.take(faultSubject(surface, request), ['policy_refusal', 'never_finish']);
    const isWanted = await takeTime(context, reply, MODERATION_SECONDS, fault?.kind === 'never_finish');
    if (!isWanted) return reply.hijack();
    // A list of texts is judged one by one; a list of parts is one message.
    const isListOfTexts = Array.isArray(input) && input.every((item) => typeof item === 'string');
    const result = judge(fault?.kind === 'policy_refusal');
    return reply.send({
      id: `modr-${context.random.id(24)}`,
      model,
      results: isListOfTexts ? input.map(() => result) : [result],
    });
  });
}

function judge(isFlagged: boolean): object {
  const flags = CATEGORIES.map((category) => [category, isFlagged && category === 'violence'] as const);
  return {
    flagged: isFlagged,
    categories: Object.fromEntries(flags),
    category_scores: Object.fromEntries(flags.map(([category, flag]) => [category, flag ? 0.97 : 0.0001])),
    category_applied_input_types: Object.fromEntries(CATEGORIES.map((category) => [category, ['text']])),
  };
}
