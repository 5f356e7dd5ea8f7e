import { logsAt } from './prediction-logs.js';
import type { Prediction } from './prediction.js';
import { renderFormat } from './render-job.js';
import { versionOf } from './model-table.js';

/** The path under which outputs are delivered. */
export const DELIVERY_PATH = '/replicate/files-delivery';

/** A prediction as the API shows it at the moment `now`; `origin` is where the reader reached the sandbox. */
export function predictionResource(prediction: Prediction, now: number, origin: string): Record<string, unknown> {
  const { id, model, input, effectiveInput, createdAt, workMs, deadlineAt } = prediction.plan;
  const phase = prediction.phaseAt(now);
  const { startedAt, completedAt, isDataRemoved } = phase;
  const apiUrl = `${origin}/replicate/v1/predictions/${id}`;
  const hasOutput = phase.status === 'succeeded' && !isDataRemoved;
  return {
    id,
    model: model.id,
    // Replicate says `hidden` for official models, which its own document forbids: both branches of a oneOf match it.
    version: versionOf(model),
    input: isDataRemoved ? {} : input,
    logs: startedAt === undefined || isDataRemoved ? '' : logsAt(model, effectiveInput.seed, workMs, phase.progress),
    output: hasOutput ? outputOf(prediction, origin) : null,
    data_removed: isDataRemoved,
    error: phase.error ?? null,
    source: 'api',
    status: phase.status,
    created_at: isoTime(createdAt),
    ...(startedAt === undefined ? {} : { started_at: isoTime(startedAt) }),
    ...(completedAt === undefined ? {} : { completed_at: isoTime(completedAt) }),
    ...(deadlineAt === undefined ? {} : { deadline: isoTime(deadlineAt) }),
    ...(completedAt === undefined
      ? {}
      : {
          metrics: {
            ...(startedAt === undefined ? {} : { predict_time: (completedAt - startedAt) / 1000 }),
            total_time: (completedAt - createdAt) / 1000,
          },
        }),
    urls: { web: `${origin}/replicate/p/${id}`, get: apiUrl, cancel: `${apiUrl}/cancel` },
  };
}

/** How many files a prediction makes. */
export function outputCount({ plan }: Prediction): number {
  const wanted = plan.effectiveInput['num_outputs'] ?? plan.effectiveInput['num_images'];
  return plan.model.output === 'many' && typeof wanted === 'number' ? wanted : 1;
}

/** The name of a prediction's output file number `index`. */
export function outputName({ plan }: Prediction, index: number): string {
  return `out-${index}.${renderFormat(plan.model, plan.effectiveInput)}`;
}

function outputOf(prediction: Prediction, origin: string): string | string[] {
  const urls = Array.from(
    { length: outputCount(prediction) },
    (_, index) => `${origin}${DELIVERY_PATH}/${prediction.plan.id}/${outputName(prediction, index)}`,
  );
  return prediction.plan.model.output === 'many' ? urls : (urls[0] ?? '');
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
