import { costRollup } from './rollups/cost-rollup.js';
import { endpointRollup } from './rollups/endpoint-rollup.js';
import { intentRollup } from './rollups/intent-rollup.js';
import { jobRollup } from './rollups/job-rollup.js';
import { providerRollup } from './rollups/provider-rollup.js';
import type { Rollup } from './rollup.js';

/** Every rollup that events add to one by one, in the order in which their tables are written. Feedback has its own way. */
export const rollups: readonly Rollup[] = [jobRollup, intentRollup, endpointRollup, providerRollup, costRollup];
