/** When a replica that answers with errors is left alone for a while. */
export interface ReplicaEjection {
  /** How often the calls of the time since the last look are judged. */
  readonly intervalMs: number;
  /** For how long a replica is left alone; the second time in a row twice as long, up to five minutes. */
  readonly ejectionMs: number;
  /** Calls in that time below which nobody is judged. */
  readonly minimumCalls: number;
}

export const defaultReplicaEjection: ReplicaEjection = { intervalMs: 10_000, ejectionMs: 30_000, minimumCalls: 20 };

/** Of the calls in one interval. Errors that callers cause (NOT_FOUND, INVALID_ARGUMENT) count as well: grpc-js tells only OK from the rest. */
const failedPercent = 80;

/**
 * However bad things look, most replicas keep their calls: then it is the callers, or something behind all of them. Nobody is
 * left alone any more once so many are: one of two or three, two of four to six.
 */
const maxEjectedPercent = 33;

/**
 * A service config (JSON text) whose calls go round all addresses of the target. A replica that fails nearly every call is left
 * alone; one that is the only one never is, so the same config serves where an L7 proxy is the only address.
 * gRFC A50: https://github.com/grpc/proposal/blob/master/A50-xds-outlier-detection.md
 */
export function balanced(
  serviceConfig: string | undefined,
  ejection: ReplicaEjection = defaultReplicaEjection,
): string {
  const config = JSON.parse(serviceConfig ?? '{}') as Record<string, unknown>;
  return JSON.stringify({
    ...config,
    loadBalancingConfig: [
      {
        outlier_detection: {
          interval: duration(ejection.intervalMs),
          base_ejection_time: duration(ejection.ejectionMs),
          max_ejection_percent: maxEjectedPercent,
          failure_percentage_ejection: {
            threshold: failedPercent,
            enforcement_percentage: 100,
            minimum_hosts: 2,
            request_volume: ejection.minimumCalls,
          },
          child_policy: [{ round_robin: {} }],
        },
      },
    ],
  });
}

/** As grpc-js wants it in the config of a policy. */
function duration(milliseconds: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}
