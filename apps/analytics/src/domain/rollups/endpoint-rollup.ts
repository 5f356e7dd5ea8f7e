import { oneOf, routePattern } from '../labels.js';
import type { Contribution, Rollup } from '../rollup.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

type Label = 'route' | 'method';
type Sum = 'calls' | 'errors' | 'duration_us';

/** REST calls by route pattern and method. */
export const endpointRollup: Rollup<Label, Sum> = {
  table: 'endpoint_analytics',
  grains: ['epoch', 'hour', 'minute'],
  labels: ['route', 'method'],
  sums: ['calls', 'errors', 'duration_us'],
  contribution: ({ endpointCalled: call }): Contribution<Label, Sum> | undefined =>
    call && {
      labels: { route: routePattern(call.route), method: oneOf(methods, call.method.toUpperCase()) },
      sums: { calls: 1, errors: call.status >= 400 ? 1 : 0, duration_us: Math.round(call.durationUs) },
      latencyUs: call.durationUs,
    },
};
