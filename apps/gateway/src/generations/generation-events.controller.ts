import { Readable } from 'node:stream';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { WatchGenerationResponse } from '@atelier/contracts/generation/v1';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { sendEvents, type ServerSentEvent } from '../http/server-sent-events.js';
import { eventName, hasEnded, toGeneration } from './generation-json.js';
import { EventsQuery, GenerationParams } from './generations.schema.js';

/** Generations as streams of events. */
@Controller()
export class GenerationEventsController {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v1/generations/:id/events',
    tag: 'generations',
    summary: 'Follow a generation',
    description:
      'Server-sent events queued, progress, output, succeeded, failed, cancelled; each carries the generation. The stream ends with it.',
    access: 'read',
    params: GenerationParams,
    query: EventsQuery,
    headers: { 'last-event-id': 'Resume after this event, without a gap or a repeat.' },
    streams: true,
    answer: { description: 'Events.', contentType: 'text/event-stream' },
    problems: [404],
  })
  async events(
    @Param('id') generationId: string,
    @Query() query: EventsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const afterSequence = lastEventId(request.headers['last-event-id'], query);
    const { signal } = request.call;
    // Ask first: an unknown generation is a problem, not an empty stream.
    const { generation } = await this.backends.generation.getGeneration({ generationId });
    const events = this.#toEvents(
      this.backends.generation.watchGeneration({ generationId, afterSequence }, { signal }),
    );
    if (!generation || !hasEnded(generation.state) || afterSequence === 0) return sendEvents(reply, events);
    const rest: ServerSentEvent[] = [];
    for await (const event of events) rest.push(event);
    // A browser that has seen the end would come back for ever; this status tells it to stop.
    if (rest.length === 0) return void reply.code(204).send();
    return sendEvents(reply, Readable.from(rest));
  }

  async *#toEvents(events: AsyncIterable<WatchGenerationResponse>): AsyncGenerator<ServerSentEvent> {
    for await (const { sequence, type, generation } of events) {
      if (generation)
        yield { id: String(sequence), event: eventName(type), data: toGeneration(generation, this.links) };
    }
  }
}

function lastEventId(header: string | string[] | undefined, query: EventsQuery): number {
  const given = (typeof header === 'string' && header) || query.last_event_id || '0';
  if (!/^\d{1,9}$/.test(given)) {
    throw gatewayErrors.INVALID_REQUEST({
      violations: [{ field: 'Last-Event-ID', message: 'must be the id of an event' }],
    });
  }
  return Number(given);
}
