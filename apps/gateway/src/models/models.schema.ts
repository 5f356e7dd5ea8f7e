import { z } from 'zod';
import { Dollars, PageQuery, pageOf } from '../http/schemas.js';
import { WorkflowName } from '../http/workflow-name.js';

const Availability = z.enum(['available', 'degraded', 'unavailable']);

export const Model = z
  .object({
    model_id: z.string(),
    provider: z.string(),
    display_name: z.string(),
    workflows: z.array(WorkflowName),
    output_kind: z.enum(['image', 'video']),
    price: z.object({
      unit: z.string().describe('What one price is for: image, second, token.'),
      amount: Dollars,
      measured: z
        .object({ p5: Dollars, p50: Dollars, p95: Dollars, samples: z.int() })
        .optional()
        .describe('What recent generations with the usual parameters cost; absent until known.'),
    }),
    time: z
      .object({ typical: z.number(), p50: z.number().nullable(), p95: z.number().nullable() })
      .describe('Seconds; p50 and p95 are measured, null until known.'),
    capabilities: z.array(z.string()),
    parameters: z.record(z.string(), z.unknown()).describe('JSON Schema of the parameters that the model honours.'),
    availability: Availability,
    lifecycle: z.object({
      status: z.enum(['active', 'deprecated', 'shut_down']),
      shutdown_date: z.string().nullable(),
      successor: z.string().nullable(),
    }),
    aliases: z.array(z.string()),
  })
  .meta({ id: 'Model' });
export type Model = z.output<typeof Model>;

export const ModelsQuery = PageQuery.extend({ workflow_type: WorkflowName.optional() });
export type ModelsQuery = z.output<typeof ModelsQuery>;
export const ModelPage = pageOf(Model);

export const Provider = z
  .object({
    provider: z.string(),
    enabled: z.boolean(),
    sandbox: z.boolean().describe('Answers come from the built-in sandbox.'),
    status: z.enum(['up', 'degraded', 'down', 'disabled']),
    circuit_state: z.enum(['closed', 'open', 'half_open']),
    error_rate: z.number().describe('Share of failed calls in the rolling window, 0..1.'),
    capabilities: z.array(z.string()),
    models: z.array(
      z.object({
        model_id: z.string(),
        circuit_state: z.enum(['closed', 'open', 'half_open']),
        enabled: z.boolean(),
        calls: z.int(),
        failures: z.int(),
        error_rate: z.number().describe('0..1.'),
        p50: z.number().nullable().describe('Seconds.'),
        p95: z.number().nullable().describe('Seconds.'),
      }),
    ),
  })
  .meta({ id: 'Provider' });
export type Provider = z.output<typeof Provider>;
export const Providers = z.object({ providers: z.array(Provider) });

export const modelExample = {
  model_id: 'black-forest-labs/flux-schnell',
  provider: 'replicate',
  display_name: 'FLUX schnell',
  workflows: ['image_generation'],
  output_kind: 'image',
  price: { unit: 'image', amount: 0.02 },
  time: { typical: 15, p50: null, p95: null },
  capabilities: ['text_prompt', 'seed', 'several_outputs'],
  parameters: { type: 'object', properties: { seed: { type: 'integer' } } },
  availability: 'available',
  lifecycle: { status: 'active', shutdown_date: null, successor: null },
  aliases: [],
} satisfies Model;

export const providerExample = {
  provider: 'replicate',
  enabled: true,
  sandbox: true,
  status: 'up',
  circuit_state: 'closed',
  error_rate: 0,
  capabilities: ['image', 'video'],
  models: [
    {
      model_id: 'black-forest-labs/flux-schnell',
      circuit_state: 'closed',
      enabled: true,
      calls: 12,
      failures: 0,
      error_rate: 0,
      p50: 2.9,
      p95: 4.1,
    },
  ],
} satisfies Provider;
