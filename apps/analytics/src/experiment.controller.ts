import { Controller, Inject } from '@nestjs/common';
import {
  ExperimentServiceControllerMethods,
  GetExperimentResultsResponse,
  ListExposedExperimentsResponse,
  type ExperimentServiceController,
  type GetExperimentResultsRequest,
  type ListExposedExperimentsRequest,
} from '@atelier/contracts/analytics/v1';
import { analyticsErrors } from './analytics.errors.js';
import { operator } from './callers.js';
import { compareSamples, sampleRatioPValue } from './domain/experiments/compare-variants.js';
import { experimentMetrics } from './domain/experiments/metrics.js';
import { ratioOf } from './domain/experiments/ratio-sample.js';
import { label } from './domain/labels.js';
import type { SqlExperiments, VariantSamples } from './infra/experiments/sql-experiments.js';

/** What the controller speaks for. */
export interface ExperimentDesk {
  readonly experiments: Pick<SqlExperiments, 'exposed' | 'samples'>;
  readonly now: () => Date;
}

/** Injection token of the desk. */
export const experimentDesk = Symbol('ExperimentDesk');

const listedByDefault = 50;
const mostListed = 100;

/** ExperimentService: wire ↔ domain. */
@Controller()
@ExperimentServiceControllerMethods()
export class ExperimentController implements ExperimentServiceController {
  constructor(@Inject(experimentDesk) private readonly desk: ExperimentDesk) {}

  async listExposedExperiments({ limit }: ListExposedExperimentsRequest): Promise<ListExposedExperimentsResponse> {
    operator();
    const found = await this.desk.experiments.exposed(limit > 0 ? Math.min(limit, mostListed) : listedByDefault);
    return ListExposedExperimentsResponse.create({
      experiments: found.map(({ variants, users, ...one }) => ({ ...one, variants: [...variants], users: [...users] })),
    });
  }

  async getExperimentResults(request: GetExperimentResultsRequest): Promise<GetExperimentResultsResponse> {
    operator();
    const { experiment, control, endTime, treatmentShare } = request;
    const violations = [
      ...(experiment === '' ? [{ field: 'experiment', message: 'is needed' }] : []),
      ...(control === '' ? [{ field: 'control', message: 'is needed' }] : []),
      ...(treatmentShare >= 0 && treatmentShare < 1 ? [] : [{ field: 'treatment_share', message: 'must be 0 to 1' }]),
    ];
    if (violations.length > 0) throw analyticsErrors.EXPERIMENT_QUERY_INVALID({ violations });
    const found = await this.desk.experiments.samples(label(experiment), endTime ?? this.desk.now());
    const isControl = ({ variant }: VariantSamples): boolean => variant === control;
    const controlSamples = found.variants.find(isControl);
    const others = found.variants.filter((one) => !isControl(one));
    return GetExperimentResultsResponse.create({
      variants: [...(controlSamples ? [controlSamples] : []), ...others].map(figuresOf),
      comparisons: controlSamples ? others.flatMap((one) => comparisonsOf(controlSamples, one)) : [],
      crossedUsers: found.crossedUsers,
      sampleRatioPValue:
        treatmentShare > 0
          ? sampleRatioPValue(controlSamples?.users ?? 0, others[0]?.users ?? 0, treatmentShare)
          : undefined,
    });
  }
}

function figuresOf({ variant, users, samples }: VariantSamples) {
  const figures = experimentMetrics.map((metric) => {
    const sample = samples[metric];
    return { metric, value: ratioOf(sample), cases: sample.x, users: sample.users };
  });
  return { variant, users, figures };
}

function comparisonsOf(control: VariantSamples, { variant, samples }: VariantSamples) {
  return experimentMetrics.map((metric) => {
    const compared = compareSamples(metric, control.samples[metric], samples[metric]);
    return { variant, metric, tooFew: compared === undefined, ...compared };
  });
}
