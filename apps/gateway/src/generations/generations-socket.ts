import { z } from 'zod';
import type { Backends } from '../backends.js';
import type { AssetLinks } from '../files/asset-links.js';
import type { EndpointDefinition } from '../http/endpoint.js';
import { socketRules, type Topic } from '../http/subscription-socket.js';
import { eventName, toGeneration } from './generation-json.js';

const Message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), id: z.uuid(), after: z.int().min(0).max(999_999_999).optional() }),
  z.strictObject({ type: z.literal('unsubscribe'), id: z.uuid() }),
]);
type Message = z.output<typeof Message>;

/** Documented and guarded like every endpoint. */
export const generationsSocketEndpoint: EndpointDefinition = {
  method: 'GET',
  path: '/api/v1/generations/ws',
  tag: 'generations',
  summary: 'Follow many generations over one WebSocket',
  description:
    'Send `{"type":"subscribe","id":"…","after":0}` and `{"type":"unsubscribe","id":"…"}`; receive `{"type":"event","id","sequence","event","data"}`, ' +
    '`{"type":"end","id"}` and `{"type":"error","id","problem"}` (without `id` when the message could not be read). ' +
    socketRules,
  access: 'read',
  streams: true,
  status: 101,
  answer: { description: 'Switching protocols.' },
};

/** Generations, each from the event after which the client asks. */
export function generationsTopic({
  backends,
  links,
}: {
  readonly backends: Pick<Backends, 'generation'>;
  readonly links: AssetLinks;
}): Topic<Message> {
  return {
    name: 'generations',
    message: Message,
    label: ({ id }) => ({ id }),
    async *follow(message, call, signal) {
      const generationId = message.id;
      const afterSequence = ('after' in message && message.after) || 0;
      const context = call.derive({});
      const events = backends.generation.watchGeneration({ generationId, afterSequence }, { context, signal });
      for await (const { sequence, type, generation } of events) {
        if (generation) yield { sequence, event: eventName(type), data: toGeneration(generation, links) };
      }
    },
  };
}
