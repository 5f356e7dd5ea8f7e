import { type ImageJob as WireImageJob, WatchImageJobRequest } from '@atelier/contracts/playground/v1';
import type { CallOptions } from '@atelier/grpc';
import type { Backends } from '../backends.js';
import type { ServerSentEvent } from '../http/server-sent-events.js';
import { hasEnded, toStatus } from './image-job-json.js';

/** How a job stands: at once, after each change, until it has ended. */
export async function* followImageJob(
  { playground }: Pick<Backends, 'playground'>,
  jobId: string,
  options: CallOptions,
): AsyncGenerator<Required<ServerSentEvent>> {
  for await (const { job } of playground.watchImageJob(WatchImageJobRequest.create({ jobId }), options)) {
    if (!job) continue;
    const data = toStatus(job);
    yield { id: imageJobEventId(job), event: hasEnded(data.status) ? data.status : 'progress', data };
    if (hasEnded(data.status)) return;
  }
}

/** Id of the event that says how the job stands: another one after every change. */
export function imageJobEventId(job: WireImageJob): string {
  const { status, progress, processed } = toStatus(job);
  return `${job.updateTime?.getTime() ?? 0}-${processed}-${progress}-${status}`;
}
