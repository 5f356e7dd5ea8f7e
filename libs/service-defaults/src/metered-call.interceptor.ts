import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { meterCall } from './metrics.js';

/** Measures every call of a service. */
@Injectable()
export class MeteredCallInterceptor implements NestInterceptor {
  constructor(private readonly service: string) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const startMs = performance.now();
    const call = { service: this.service, method: execution.getHandler().name };
    return next
      .handle()
      .pipe(
        tap({ complete: () => meterCall(call, startMs), error: (error: unknown) => meterCall(call, startMs, error) }),
      );
  }
}
