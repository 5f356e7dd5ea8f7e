import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServiceError } from '@atelier/errors';
import { z } from 'zod';
import type { Backends } from '../backends.js';
import type { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';
import type { Admission } from '../http/admission.js';
import type { EndpointDefinition } from '../http/endpoint.js';
import { statusOf, toProblem } from '../http/problem.js';
import type { RequestCall } from '../http/request-call.js';
import { slowReaders } from '../http/slow-readers.js';
import { toServiceError } from '../http/to-service-error.js';
import { toValidationError } from '../http/validation.js';
import { eventName, toGeneration } from './generation-json.js';

const mostSubscriptions = 100;
/** Bytes that may wait for a client that sends but does not read. */
const mostWaitingBytes = 1024 * 1024;
const pingMs = 30_000;
/** Close code for a client that does not take what is sent to it: 4000 and the status of a request that took too long. */
const tooSlow = 4408;
/** Close code for a credential that is no longer accepted: 4000 and the status that it would be told. */
const credentialEnded = 4401;

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
    'Close code 4401: the credential is no longer accepted; 4408: the client took nothing for half a minute, or let a megabyte wait. ' +
    'Browsers pass the key as a subprotocol: `["atelier.v1", "bearer.<key>"]`.',
  access: 'read',
  streams: true,
  status: 101,
  answer: { description: 'Switching protocols.' },
};

/** What the socket needs. */
export interface GenerationsSocketParts {
  readonly backends: Backends;
  readonly links: AssetLinks;
  readonly admission: Pick<Admission, 'recheck'>;
  /** Repeats something until what it answers is called; timers by default. */
  readonly every?: (ms: number, run: () => void) => () => void;
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
    wsHandler: (socket: WebSocket, request: FastifyRequest) => new GenerationsSocket(socket, request, parts).open(),
  });
}

/** One client: its subscriptions, each a stream of its own that waits for the client to take what was sent. */
export class GenerationsSocket {
  readonly #subscriptions = new Map<string, AbortController>();
  readonly #call: RequestCall;

  constructor(
    private readonly socket: WebSocket,
    private readonly request: FastifyRequest,
    private readonly parts: GenerationsSocketParts,
  ) {
    this.#call = request.call;
  }

  open(): void {
    let heard = true;
    const stop = (this.parts.every ?? byTimer)(pingMs, () => {
      if (!heard) return this.#dropReader();
      heard = false;
      this.socket.ping();
      // Not to be had is not refused: an outage ends no socket, the next turn asks again.
      this.#recheck().catch(() => undefined);
    });
    this.socket.on('pong', () => (heard = true));
    this.socket.on('message', (data: Buffer) => {
      heard = true;
      if (this.socket.readyState === this.socket.OPEN) this.#receive(data.toString());
    });
    this.socket.on('close', () => {
      stop();
      this.#end();
    });
    this.socket.on('error', () => this.socket.terminate());
  }

  #receive(text: string): void {
    const message = parse(text);
    if (message instanceof Error) return void this.#fail(message);
    const { id } = message;
    this.#subscriptions.get(id)?.abort();
    this.#subscriptions.delete(id);
    if (message.type === 'unsubscribe') return;
    if (this.#subscriptions.size >= mostSubscriptions) {
      const tooMany = `At most ${mostSubscriptions} generations can be followed at once.`;
      return void this.#fail(gatewayErrors.INVALID_REQUEST({ message: tooMany }), id);
    }
    const subscription = new AbortController();
    this.#subscriptions.set(id, subscription);
    void this.#follow(id, message.after ?? 0, subscription);
  }

  async #follow(generationId: string, afterSequence: number, subscription: AbortController): Promise<void> {
    const { backends, links } = this.parts;
    const { signal } = subscription;
    try {
      await this.#recheck();
      if (signal.aborted) return;
      const context = this.#call.derive({});
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
      if (!signal.aborted) await this.#fail(toServiceError(error), generationId);
    } finally {
      if (this.#subscriptions.get(generationId) === subscription) this.#subscriptions.delete(generationId);
    }
  }

  /** Closes when the credential is refused by now. @throws when that can't be found out */
  async #recheck(): Promise<void> {
    try {
      await this.parts.admission.recheck(this.request);
    } catch (error) {
      if (![401, 403].includes(statusOf(toServiceError(error)))) throw error;
      this.#end();
      this.socket.close(credentialEnded, 'The credential is no longer accepted.');
    }
  }

  /** The reason stands behind what the client has not read; whoever does not read that either is cut off by the library. */
  #dropReader(): void {
    if (this.socket.readyState !== this.socket.OPEN) return this.socket.terminate();
    slowReaders.inc({ stream: 'websocket' });
    this.#end();
    this.socket.close(tooSlow, 'Too slow: what was sent was not taken. Subscribe again after the last event.');
  }

  #end(): void {
    this.#subscriptions.forEach((subscription) => subscription.abort());
  }

  #fail(error: ServiceError, id?: string): Promise<void> {
    return this.#send({ type: 'error', ...(id ? { id } : {}), problem: toProblem(error, this.#call.requestId) });
  }

  /** Resolves when the client's socket has taken the message, so that a slow client holds its streams up. */
  #send(message: object): Promise<void> {
    if (this.socket.bufferedAmount > mostWaitingBytes) this.#dropReader();
    return new Promise((resolve) => {
      if (this.socket.readyState !== this.socket.OPEN) return resolve();
      this.socket.send(JSON.stringify(message), () => resolve());
    });
  }
}

function parse(text: string): Message | ServiceError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return gatewayErrors.MALFORMED_JSON({ message: 'The message is not valid JSON.' });
  }
  const { data, error } = Message.safeParse(value);
  return data ?? toValidationError(error);
}

function byTimer(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms).unref();
  return () => clearInterval(timer);
}
