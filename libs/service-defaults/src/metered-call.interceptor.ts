import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ServiceError } from '@atelier/errors';
import { type Observable, tap } from 'rxjs';
import { secondsHistogram } from './metrics.js';

const duration = secondsHistogram({
  name: 'atelier_rpc_duration_seconds',
  help: 'Time to answer a call, or one item of a batch, by service, method and canonical code',
  labelNames: ['service', 'method', 'code'],
});

/**
 * Measures an item of a batch as the call that it stands for: the batch itself succeeds when all its items fail.
 * @param startMs of `performance.now()`
 */
export function meterItem(call: { service: string; method: string }, startMs: number, error?: unknown): void {
  const code = error === undefined ? 'OK' : ServiceError.from(error).code;
  duration.observe({ ...call, code }, (performance.now() - startMs) / 1000);
}

/** Measures every call of a service. */
@Injectable()
export class MeteredCallInterceptor implements NestInterceptor {
  constructor(private readonly service: string) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const start = performance.now();
    const method = execution.getHandler().name;
    const observe = (code: string): void =>
      duration.observe({ service: this.service, method, code }, (performance.now() - start) / 1000);
    return next
      .handle()
      .pipe(tap({ complete: () => observe('OK'), error: (error: unknown) => observe(ServiceError.from(error).code) }));
  }
}
