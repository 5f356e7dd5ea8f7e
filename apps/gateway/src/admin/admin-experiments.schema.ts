import { z } from 'zod';
import { pageOf, text, Timestamp } from '../http/schemas.js';

const percentage = z.int().min(1).max(99);

export const MakeExperiment = z
  .strictObject({
    name: text(1, 100),
    kind: z.enum(['classification']).default('classification').describe('AI classification against classic routing.'),
    hypothesis: text(0, 1_000).default(''),
    percentage: percentage.default(50).describe('Users of the experiment who get AI; the others are the control.'),
  })
  .meta({ id: 'MakeExperiment' });
export type MakeExperiment = z.output<typeof MakeExperiment>;

export const Experiment = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(['classification']),
    hypothesis: z.string(),
    percentage,
    status: z.enum(['draft', 'running', 'stopped']),
    variants: z.object({ control: z.literal('classic'), treatment: z.literal('ai') }),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    stopped_at: Timestamp.nullable(),
  })
  .meta({ id: 'Experiment' });
export type Experiment = z.output<typeof Experiment>;
export const ExperimentPage = pageOf(Experiment);

export const ExperimentResults = z
  .object({
    experiment: z.string().describe('As exposures name it.'),
    control: z.string(),
    variants: z.array(
      z.object({
        variant: z.string(),
        users: z.int(),
        metrics: z.array(
          z.object({
            metric: z
              .string()
              .describe(
                'accuracy, rating, success_rate, regenerations (per generation), cost_per_generation (dollars).',
              ),
            value: z.number().nullable().describe('Null without cases.'),
            cases: z.int(),
            users: z.int(),
          }),
        ),
      }),
    ),
    comparisons: z
      .array(
        z.object({
          variant: z.string(),
          metric: z.string(),
          verdict: z.enum(['too_few', 'undecided', 'better', 'worse']),
          lift: z.number().nullable().describe('Relative difference to the control: 0.1 is ten percent more.'),
          confidence_interval: z.tuple([z.number(), z.number()]).nullable().describe('95 %, over all looks together.'),
          p_value: z.number().nullable().describe('Always valid: look as often as you like.'),
        }),
      )
      .describe('Each variant with the control. Each metric is judged at 5 % on its own.'),
    crossed_users: z.int().describe('Users who saw several variants; they count nowhere.'),
    sample_ratio: z
      .object({ p_value: z.number(), ok: z.boolean() })
      .nullable()
      .describe('Not ok: the users were not shared out as wanted, and no result should be trusted.'),
  })
  .meta({ id: 'ExperimentResults' });
export type ExperimentResults = z.output<typeof ExperimentResults>;

export const ExposedExperiments = z.object({
  items: z.array(
    z.object({
      experiment: z.string(),
      variants: z.array(z.object({ variant: z.string(), users: z.int() })),
      first_exposed_at: Timestamp,
      last_exposed_at: Timestamp,
    }),
  ),
  next_cursor: z.null(),
});

export const ExposedParams = z.object({ name: z.string().min(1).max(200) });
export const ExposedQuery = z.strictObject({
  control: z.string().min(1).max(200).default('a').describe('The variant that the others are compared with.'),
});

export const experimentExample = {
  id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  name: 'AI against keywords',
  kind: 'classification',
  hypothesis: 'AI classification is right more often.',
  percentage: 50,
  status: 'running',
  variants: { control: 'classic', treatment: 'ai' },
  created_at: '2026-11-21T09:00:00.000Z',
  started_at: '2026-11-21T10:00:00.000Z',
  stopped_at: null,
} satisfies Experiment;

export const resultsExample = {
  experiment: 'classification:0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  control: 'classic',
  variants: [
    { variant: 'classic', users: 5012, metrics: [{ metric: 'accuracy', value: 0.88, cases: 2304, users: 1840 }] },
    { variant: 'ai', users: 4988, metrics: [{ metric: 'accuracy', value: 0.96, cases: 2291, users: 1831 }] },
  ],
  comparisons: [
    {
      variant: 'ai',
      metric: 'accuracy',
      verdict: 'better',
      lift: 0.091,
      confidence_interval: [0.066, 0.116],
      p_value: 0.000001,
    },
  ],
  crossed_users: 0,
  sample_ratio: { p_value: 0.81, ok: true },
} satisfies ExperimentResults;
