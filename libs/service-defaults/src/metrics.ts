import { ServiceError } from '@atelier/errors';
import { Counter, Gauge, Histogram, type Metric, type Registry, register } from 'prom-client';

/** The process's registry; standalone, all services share it and tell themselves apart by the `service` label. */
export const metricsRegistry: Registry = register;

/** Puts the version of the process on everything that it measures, so that a canary can be held against what it is to replace. */
export function measureAs(version: string): void {
  register.setDefaultLabels({ service_version: version });
}

type Settings<Label extends string> = {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
};

function once<Kind extends Metric<string>>(name: string, make: () => Kind): Kind {
  return (register.getSingleMetric(name) as Kind | undefined) ?? make();
}

/** A counter, made once per process. Label values must come from a bounded set. */
export function counter<Label extends string>(settings: Settings<Label>): Counter<Label> {
  return once(settings.name, () => new Counter({ ...settings, labelNames: [...settings.labelNames] }));
}

/** A gauge, made once per process. */
export function gauge<Label extends string>(settings: Settings<Label>): Gauge<Label> {
  return once(settings.name, () => new Gauge({ ...settings, labelNames: [...settings.labelNames] }));
}

/** A histogram of seconds, made once per process. */
export function secondsHistogram<Label extends string>(settings: Settings<Label>): Histogram<Label> {
  const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
  return once(settings.name, () => new Histogram({ ...settings, labelNames: [...settings.labelNames], buckets }));
}

const rpcDuration = secondsHistogram({
  name: 'atelier_rpc_duration_seconds',
  help: 'Time to answer a call, or one item of a batch, by service, method and canonical code',
  labelNames: ['service', 'method', 'code'],
});

/**
 * Measures a call that was answered now, or an item of a batch: the batch itself succeeds when all its items fail.
 * @param startMs of `performance.now()`
 * @param error what it was answered with; absent when it succeeded
 */
export function meterCall(call: { service: string; method: string }, startMs: number, error?: unknown): void {
  const code = error === undefined ? 'OK' : ServiceError.from(error).code;
  rpcDuration.observe({ ...call, code }, (performance.now() - startMs) / 1000);
}
