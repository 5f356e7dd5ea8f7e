import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ServiceError } from '@atelier/errors';
import { type Observable, tap } from 'rxjs';
import { secondsHistogram } from './metrics.js';

const duration = secondsHistogram({
  name: 'atelier_rpc_duration_seconds',
  help: 'Time to answer a call, by service, method and canonical code',
  labelNames: ['service', 'version', 'method', 'code'],
});

/** Measures every call of a service. */
@Injectable()
export class MeteredCallInterceptor implements NestInterceptor {
  constructor(
    private readonly service: string,
    private readonly version: string,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const start = performance.now();
    const method = execution.getHandler().name;
    const observe = (code: string): void =>
      duration.observe(
        { service: this.service, version: this.version, method, code },
        (performance.now() - start) / 1000,
      );
    return next
      .handle()
      .pipe(tap({ complete: () => observe('OK'), error: (error: unknown) => observe(ServiceError.from(error).code) }));
  }
}
