import type { ClassifyIntentRequest, ClassifyIntentResponse } from '@atelier/contracts/classifier/v1';
import type { SelectModelRequest, SelectModelResponse } from '@atelier/contracts/selector/v1';
import { ServiceError } from '@atelier/errors';
import { gauge } from '@atelier/service-defaults';
import type { Backends } from '../backends.js';
import { canaryBands } from './canary-bands.js';
import { MicroBatcher } from './micro-batcher.js';

const batchTimeoutMs = 30_000;

/**
 * The backends with the two calls of every plan batched; the rest is as it was.
 * @param canarySteps weights in percent that a canary may have
 */
export function batchPlanCalls(backends: Backends, canarySteps: readonly number[]): Backends {
  const bandOf = canaryBands(canarySteps);
  const classify = new MicroBatcher<ClassifyIntentRequest, ClassifyIntentResponse>(async (items, context) => {
    const { results } = await backends.classifier.batchClassifyIntents(
      { items },
      { context, timeoutMs: batchTimeoutMs },
    );
    return results;
  }, bandOf);
  const select = new MicroBatcher<SelectModelRequest, SelectModelResponse>(async (items, context) => {
    const { results } = await backends.selector.batchSelectModels({ items }, { context, timeoutMs: batchTimeoutMs });
    return results;
  }, bandOf);
  observe({ classifier: classify, 'model-selector': select });
  return {
    ...backends,
    classifier: {
      ...backends.classifier,
      classifyIntent: (request, options) =>
        classify.call(request, options).catch((error: unknown) => {
          if (error instanceof ServiceError && error.reason === 'CLASSIFY_SINGLY')
            return backends.classifier.classifyIntent(request, options);
          throw error;
        }),
    },
    selector: { ...backends.selector, selectModel: (request, options) => select.call(request, options) },
  };
}

function observe(batchers: Readonly<Record<string, { readonly batches: number; readonly calls: number }>>): void {
  const labelNames = ['service'] as const;
  const batches = gauge({ name: 'atelier_gateway_batches', help: 'Batch RPCs sent since the start', labelNames });
  const calls = gauge({
    name: 'atelier_gateway_batched_calls',
    help: 'Calls that went in batches since the start',
    labelNames,
  });
  const write = (): void => {
    for (const [service, batcher] of Object.entries(batchers)) {
      batches.set({ service }, batcher.batches);
      calls.set({ service }, batcher.calls);
    }
  };
  setInterval(write, 5_000).unref();
  write();
}
