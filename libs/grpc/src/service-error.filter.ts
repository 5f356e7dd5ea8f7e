import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { ServiceError } from '@atelier/errors';
import { type Observable, throwError } from 'rxjs';
import { toStatusError } from './status-error.js';

/** Answers every error with its canonical code and google.rpc details; unexpected ones are reported and hidden. */
@Catch()
export class ServiceErrorFilter implements RpcExceptionFilter {
  constructor(private readonly report: (error: ServiceError) => void) {}

  catch(thrown: unknown): Observable<never> {
    const error = ServiceError.from(thrown);
    if (error.code === 'INTERNAL' || error.code === 'UNKNOWN') this.report(error);
    return throwError(() => toStatusError(error));
  }
}
