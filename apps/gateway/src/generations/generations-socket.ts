import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Backends } from '../backends.js';
import type { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';
import type { EndpointDefinition } from '../http/endpoint.js';
import { toProblem } from '../http/problem.js';
import type { RequestCall } from '../http/request-call.js';
import { toServiceError } from '../http/to-service-error.js';
import { eventName, toGeneration } from './generation-json.js';

const mostSubscriptions = 100;
/** Bytes that may wait for a client that sends but does not read. */
const mostWaitingBytes = 1024 * 1024;
const pingMs = 30_000;

const Message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), id: z.uuid(), after: z.int().min(0).optional() }),
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
    '`{"type":"end","id"}` and `{"type":"error","id","problem"}`. Browsers pass the key as a subprotocol: `["atelier.v1", "bearer.<key>"]`.',
  access: 'read',
  streams: true,
  status: 101,
  answer: { description: 'Switching protocols.' },
};

/** What the socket needs. */
export interface GenerationsSocketParts {
  readonly backends: Backends;
  readonly links: AssetLinks;
}

/** Serves the WebSocket beside Nest's routes, which know nothing of sockets. */
export function serveGenerationsSocket(fastify: FastifyInstance, parts: GenerationsSocketParts): void {
  fastify.route({
    method: 'GET',
    url: generationsSocketEndpoint.path,
    config: { endpoint: generationsSocketEndpoint },
    // A plain GET is answered like any other request that asks for the wrong thing.
    handler: async (_request, reply) => {
      reply.header('upgrade', 'websocket');
      throw gatewayErrors.UPGRADE_REQUIRED();
    },
    wsHandler: (socket: WebSocket, request: FastifyRequest) =>
      new GenerationsSocket(socket, request.call, parts).open(),
  });
}

/** One client: its subscriptions, each a stream of its own that waits for the client to take what was sent. */
class GenerationsSocket {
  readonly #subscriptions = new Map<string, AbortController>();

  constructor(
    private readonly socket: WebSocket,
    private readonly call: RequestCall,
    private readonly parts: GenerationsSocketParts,
  ) {}

  open(): void {
    let heard = true;
    const pings = setInterval(() => {
      if (!heard) return this.socket.terminate();
      heard = false;
      this.socket.ping();
    }, pingMs).unref();
    this.socket.on('pong', () => (heard = true));
    this.socket.on('message', (data: Buffer) => {
      heard = true;
      this.#receive(data.toString());
    });
    this.socket.on('close', () => {
      clearInterval(pings);
      this.#subscriptions.forEach((subscription) => subscription.abort());
    });
    this.socket.on('error', () => this.socket.terminate());
  }

  #receive(text: string): void {
    const message = parse(text);
    if (!message)
      return void this.#send({
        type: 'error',
        message: 'A message is {"type":"subscribe"|"unsubscribe","id":"<generation>"}.',
      });
    this.#subscriptions.get(message.id)?.abort();
    this.#subscriptions.delete(message.id);
    if (message.type === 'unsubscribe') return;
    if (this.#subscriptions.size >= mostSubscriptions) {
      return void this.#send({
        type: 'error',
        id: message.id,
        message: `At most ${mostSubscriptions} generations can be followed at once.`,
      });
    }
    const subscription = new AbortController();
    this.#subscriptions.set(message.id, subscription);
    void this.#follow(message.id, message.after ?? 0, subscription);
  }

  async #follow(generationId: string, afterSequence: number, subscription: AbortController): Promise<void> {
    const { backends, links } = this.parts;
    const context = this.call.derive({});
    const { signal } = subscription;
    try {
      for await (const event of backends.generation.watchGeneration(
        { generationId, afterSequence },
        { context, signal },
      )) {
        if (!event.generation) continue;
        const { sequence, type, generation } = event;
        await this.#send({
          type: 'event',
          id: generationId,
          sequence,
          event: eventName(type),
          data: toGeneration(generation, links),
        });
      }
      await this.#send({ type: 'end', id: generationId });
    } catch (error) {
      if (!signal.aborted)
        await this.#send({
          type: 'error',
          id: generationId,
          problem: toProblem(toServiceError(error), this.call.requestId),
        });
    } finally {
      if (this.#subscriptions.get(generationId) === subscription) this.#subscriptions.delete(generationId);
    }
  }

  /** Resolves when the client's socket has taken the message, so that a slow client holds its streams up. */
  #send(message: object): Promise<void> {
    if (this.socket.bufferedAmount > mostWaitingBytes) this.socket.terminate();
    return new Promise((resolve) => {
      if (this.socket.readyState !== this.socket.OPEN) return resolve();
      this.socket.send(JSON.stringify(message), () => resolve());
    });
  }
}

function parse(text: string): Message | undefined {
  try {
    return Message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
