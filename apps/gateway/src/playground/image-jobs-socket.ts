import { z } from 'zod';
import type { Backends } from '../backends.js';
import type { EndpointDefinition } from '../http/endpoint.js';
import { socketRules, type Topic } from '../http/subscription-socket.js';
import { JobId, UserId } from './image-jobs.schema.js';
import { followImageJob } from './follow-image-job.js';
import type { ImageJobOwners } from './image-job-owners.js';

const subject = { id: JobId, user_id: UserId.optional() };
const Message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), ...subject }),
  z.strictObject({ type: z.literal('unsubscribe'), ...subject }),
]);
type Message = z.output<typeof Message>;

/** Documented and guarded like every endpoint. */
export const imageJobsSocketEndpoint: EndpointDefinition = {
  method: 'GET',
  path: '/api/v1/ai/ws',
  tag: 'playground',
  summary: 'Follow many image jobs over one WebSocket',
  description:
    'Send `{"type":"subscribe","id":"<job_id>"}` and `{"type":"unsubscribe","id":"<job_id>"}`, with `user_id` to act for another user; receive ' +
    '`{"type":"event","id","event_id","event","data"}` (how the job stands, at once and after each change: what /status answers), ' +
    '`{"type":"end","id"}` and `{"type":"error","id","problem"}` (without `id` when the message could not be read). ' +
    socketRules,
  access: 'read',
  streams: true,
  status: 101,
  answer: { description: 'Switching protocols.' },
};

/** Image jobs, each as it stands and after each change. */
export function imageJobsTopic({
  backends,
  owners,
}: {
  readonly backends: Pick<Backends, 'playground'>;
  readonly owners: Pick<ImageJobOwners, 'contextOf'>;
}): Topic<Message> {
  return {
    name: 'image jobs',
    message: Message,
    label: ({ id, user_id }) => ({ id, ...(user_id === undefined ? {} : { user_id }) }),
    async *follow({ id: jobId, user_id }, call, signal) {
      const context = await owners.contextOf(call, jobId, user_id);
      for await (const { id: event_id, event, data } of followImageJob(backends, jobId, { context, signal }))
        yield { event_id, event, data };
    },
  };
}
