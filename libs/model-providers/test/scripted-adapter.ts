import type { ProviderAdapter, ProviderJob, ProviderRequest } from '@atelier/model-providers';

/** What the next call of a method does. */
export type Scripted = ProviderJob | Error;

/** An adapter whose answers the test lines up; without a line it succeeds. */
export class ScriptedAdapter implements ProviderAdapter {
  readonly provider = 'replicate';
  readonly submitted: string[] = [];
  readonly cancelled: string[] = [];
  submissions: Scripted[] = [];
  lookups: Scripted[] = [];

  async submit(request: ProviderRequest): Promise<ProviderJob> {
    this.submitted.push(request.modelId);
    return play(this.submissions.shift());
  }

  async get(): Promise<ProviderJob> {
    return play(this.lookups.shift());
  }

  async cancel(jobId: string): Promise<void> {
    this.cancelled.push(jobId);
  }
}

/** A job in the given state. */
export function job(state: ProviderJob['state'], fields: Partial<ProviderJob> = {}): ProviderJob {
  return { id: 'p1', state, outputs: [], ...fields };
}

/** A job that failed for the given reason. */
export function failedJob(kind: 'content_policy' | 'provider_error'): ProviderJob {
  return job('failed', { failure: { kind, message: 'CUDA out of memory' } });
}

function play(scripted: Scripted = job('succeeded')): ProviderJob {
  if (scripted instanceof Error) throw scripted;
  return scripted;
}
