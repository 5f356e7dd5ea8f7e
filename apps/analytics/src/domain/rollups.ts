import { costRollup } from './rollups/cost-rollup.js';
import { endpointRollup } from './rollups/endpoint-rollup.js';
import { feedbackRollup } from './rollups/feedback-rollup.js';
import { intentRollup } from './rollups/intent-rollup.js';
import { jobRollup } from './rollups/job-rollup.js';
import { providerRollup } from './rollups/provider-rollup.js';
import type { Rollup } from './rollup.js';

/** Every rollup, in the order in which their tables are written. */
export const rollups: readonly Rollup[] = [
  jobRollup,
  intentRollup,
  feedbackRollup,
  endpointRollup,
  providerRollup,
  costRollup,
];
