import { z } from 'zod';

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), latencyMs: z.int().min(0).max(600_000) }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.int().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('error_before_creation'), status: z.int().min(500).max(599).default(503) }),
  z.strictObject({ kind: z.literal('error_after_creation'), status: z.int().min(500).max(599).default(502) }),
  z.strictObject({ kind: z.literal('reset_before_creation') }),
  z.strictObject({ kind: z.literal('reset_after_creation') }),
  z.strictObject({ kind: z.literal('malformed_body') }),
  z.strictObject({ kind: z.literal('policy_refusal') }),
  z.strictObject({ kind: z.literal('never_finish') }),
  z.strictObject({ kind: z.literal('fail'), message: z.string().min(1).default('CUDA out of memory') }),
  z.strictObject({ kind: z.literal('duplicate_webhook') }),
  z.strictObject({ kind: z.literal('late_webhook'), delayMs: z.int().min(0).max(3_600_000).default(60_000) }),
  z.strictObject({ kind: z.literal('forged_webhook') }),
]);

/** What a rule applies to; an absent field matches everything. */
const matchSchema = z.strictObject({
  provider: z.enum(['replicate', 'openai', 'gemini']).optional(),
  model: z.string().min(1).optional(),
  /** Path below the provider's base URL; `*` stands for any run of characters. */
  path: z.string().startsWith('/').optional(),
  method: z.enum(['GET', 'POST', 'DELETE']).optional(),
});

/** One scripted misbehaviour: the next `times` requests that match get `fault`. */
export const faultRuleSchema = z.strictObject({
  match: matchSchema.default({}),
  times: z.int().min(1).default(1),
  fault: faultSchema,
});

/** A misbehaviour, named by its `kind`. */
export type Fault = z.infer<typeof faultSchema>;

/** The names of all misbehaviours. */
export type FaultKind = Fault['kind'];

/** A rule as the control API takes it, with its defaults filled in. */
export type FaultRule = z.infer<typeof faultRuleSchema>;
