import { z } from 'zod';
import { pageOf, Timestamp } from '../http/schemas.js';

const CircuitName = z.enum(['closed', 'open', 'half_open']);
const Weight = z
  .int('must be a whole number')
  .min(0, 'must be at least 0')
  .max(1_000, 'must be at most 1000')
  .describe('Share of the load among equivalent models of the same priority; 100 when nobody decided.');
const Priority = z
  .int('must be a whole number')
  .min(-1_000, 'must be at least -1000')
  .max(1_000, 'must be at most 1000')
  .describe(
    'Order among equivalent models, higher first. When nobody decided: 0 for the model that the catalogue names, -10 times its place for a fallback, -100 for any other.',
  );
const ModelId = z.string().min(1).max(200);

const decisions = {
  enabled: z.boolean().describe('Off: never asked for new work; work under way is followed to its end.'),
  weight: Weight.nullable(),
  priority: Priority.nullable(),
  updated_at: Timestamp.nullable(),
  updated_by: z.string().nullable(),
};

export const AdminProvider = z
  .object({
    provider: z.string(),
    configured: z.boolean().describe('It can be asked: its key is set, or the sandbox stands in for it.'),
    key_set: z.boolean().describe('Whether a key is configured; the key itself is never shown.'),
    sandbox: z.boolean(),
    status: z.enum(['up', 'degraded', 'down', 'disabled']),
    circuit_state: CircuitName,
    error_rate: z.number().describe('Share of failed calls in the rolling window, 0..1.'),
    ...decisions,
    models: z
      .array(z.object({ model_id: z.string(), ...decisions }))
      .describe('Only the models that something was decided about.'),
  })
  .meta({ id: 'AdminProvider' });
export type AdminProvider = z.output<typeof AdminProvider>;
export const AdminProviderPage = pageOf(AdminProvider);

const changes = {
  enabled: z.boolean().optional(),
  weight: Weight.nullable().optional(),
  priority: Priority.nullable().optional(),
};

export const ChangeProvider = z
  .strictObject({
    ...changes,
    models: z
      .array(z.strictObject({ model_id: ModelId, ...changes }))
      .max(99, 'must have at most 99 items')
      .refine((models) => new Set(models.map(({ model_id }) => model_id)).size === models.length, {
        error: 'must name every model once',
      })
      .optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something')
  .meta({ id: 'ChangeProvider' });
export type ChangeProvider = z.output<typeof ChangeProvider>;
export const ProviderParams = z.object({ provider: z.string().regex(/^[a-z0-9-]{1,50}$/) });

export const CircuitBreaker = z
  .object({
    provider: z.string(),
    model_id: z.string(),
    state: CircuitName,
    held: z.enum(['open', 'closed']).nullable().describe('Set while an administrator holds it.'),
    calls: z.int().describe('In the rolling minute.'),
    failures: z.int(),
    error_rate: z.number().describe('0..1.'),
    consecutive_failures: z.int(),
    rejected: z.int().describe('Calls that it refused.'),
    opened_at: Timestamp.nullable(),
    failure_threshold: z.int(),
    timeout: z.int().describe('Seconds until it is probed.'),
    success_threshold: z.int(),
  })
  .meta({ id: 'CircuitBreaker' });
export type CircuitBreaker = z.output<typeof CircuitBreaker>;
export const CircuitBreakerPage = pageOf(CircuitBreaker);

export const MoveCircuit = z
  .strictObject({
    provider: z.string().min(1).max(50),
    model_id: ModelId.optional().describe('Absent: all models of the provider.'),
    action: z.enum(['force_open', 'force_close', 'reset']),
  })
  .meta({ id: 'MoveCircuit' });
export type MoveCircuit = z.output<typeof MoveCircuit>;

const nobody = { weight: null, priority: null, updated_at: null, updated_by: null };
export const adminProviderExample = {
  provider: 'openai',
  configured: true,
  key_set: true,
  sandbox: false,
  status: 'up',
  circuit_state: 'closed',
  error_rate: 0.01,
  enabled: true,
  ...nobody,
  weight: 30,
  priority: 0,
  updated_at: '2026-11-21T10:00:00.000Z',
  updated_by: 'admin',
  models: [{ model_id: 'gpt-image-2', enabled: false, ...nobody }],
} satisfies AdminProvider;
export const circuitBreakerExample = {
  provider: 'replicate',
  model_id: 'black-forest-labs/flux-schnell',
  state: 'closed',
  held: null,
  calls: 42,
  failures: 1,
  error_rate: 0.024,
  consecutive_failures: 0,
  rejected: 0,
  opened_at: null,
  failure_threshold: 5,
  timeout: 60,
  success_threshold: 3,
} satisfies CircuitBreaker;
