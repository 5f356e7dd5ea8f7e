import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from '@atelier/errors';
import type { z } from 'zod';
import { gatewayErrors } from '../gateway.errors.js';
import type { Admission } from './admission.js';
import type { EndpointDefinition } from './endpoint.js';
import { statusOf, toProblem } from './problem.js';
import type { RequestCall } from './request-call.js';
import { slowReaders } from './slow-readers.js';
import { toServiceError } from './to-service-error.js';
import { toValidationError } from './validation.js';

const mostSubscriptions = 100;
/** Bytes that may wait for a client that sends but does not read. */
const mostWaitingBytes = 1024 * 1024;
const pingMs = 30_000;
/** Close code for a client that does not take what is sent to it: 4000 and the status of a request that took too long. */
const tooSlow = 4408;
/** Close code for a credential that is no longer accepted: 4000 and the status that it would be told. */
const credentialEnded = 4401;

/** The end of every socket's documentation. */
export const socketRules =
  'Close code 4401: the credential is no longer accepted; 4408: the client took nothing for half a minute, or let a megabyte wait. ' +
  'Browsers pass the key as a subprotocol: `["atelier.v1", "bearer.<key>"]`.';

/** What a client sends: it begins or ends to follow one thing. */
export interface SubscriptionMessage {
  readonly type: 'subscribe' | 'unsubscribe';
}

/** Things that can be followed over a socket. */
export interface Topic<Message extends SubscriptionMessage> {
  /** For example `generations`, in a sentence. */
  readonly name: string;
  readonly message: z.ZodType<Message>;
  /** What answers repeat of a message, so that the client knows what they are about; equal labels are one subscription. */
  label(message: Message): Readonly<Record<string, string>>;
  /** Every event of the thing, until it has ended. */
  follow(message: Message, call: RequestCall, signal: AbortSignal): AsyncIterable<object>;
}

/** What a socket needs beside its topic. */
export interface SubscriptionSocketParts {
  readonly admission: Pick<Admission, 'recheck'>;
  /** Repeats something until what it answers is called; timers by default. */
  readonly every?: (ms: number, run: () => void) => () => void;
}

/** Serves a WebSocket beside Nest's routes, which know nothing of sockets. */
export function serveSubscriptions<Message extends SubscriptionMessage>(
  fastify: FastifyInstance,
  endpoint: EndpointDefinition,
  topic: Topic<Message>,
  parts: SubscriptionSocketParts,
): void {
  fastify.route({
    method: 'GET',
    url: endpoint.path,
    config: { endpoint },
    // A plain GET is answered like any other request that asks for the wrong thing.
    handler: async (_request, reply) => {
      reply.header('upgrade', 'websocket');
      throw gatewayErrors.UPGRADE_REQUIRED();
    },
    wsHandler: (socket: WebSocket, request: FastifyRequest) =>
      new SubscriptionSocket(socket, request, topic, parts).open(),
  });
}

/** One client: its subscriptions, each a stream of its own that waits for the client to take what was sent. */
export class SubscriptionSocket<Message extends SubscriptionMessage> {
  readonly #subscriptions = new Map<string, AbortController>();
  readonly #call: RequestCall;

  constructor(
    private readonly socket: WebSocket,
    private readonly request: FastifyRequest,
    private readonly topic: Topic<Message>,
    private readonly parts: SubscriptionSocketParts,
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
    const message = parse(text, this.topic.message);
    if (message instanceof ServiceError) return void this.#fail(message);
    const label = this.topic.label(message);
    const key = JSON.stringify(label);
    this.#subscriptions.get(key)?.abort();
    this.#subscriptions.delete(key);
    if (message.type === 'unsubscribe') return;
    if (this.#subscriptions.size >= mostSubscriptions) {
      const tooMany = `At most ${mostSubscriptions} ${this.topic.name} can be followed at once.`;
      return void this.#fail(gatewayErrors.INVALID_REQUEST({ message: tooMany }), label);
    }
    const subscription = new AbortController();
    this.#subscriptions.set(key, subscription);
    void this.#follow(message, label, subscription).finally(() => {
      if (this.#subscriptions.get(key) === subscription) this.#subscriptions.delete(key);
    });
  }

  async #follow(message: Message, label: object, { signal }: AbortController): Promise<void> {
    try {
      await this.#recheck();
      if (signal.aborted) return;
      for await (const event of this.topic.follow(message, this.#call, signal))
        await this.#send({ type: 'event', ...label, ...event });
      await this.#send({ type: 'end', ...label });
    } catch (error) {
      if (!signal.aborted) await this.#fail(toServiceError(error), label);
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

  #fail(error: ServiceError, label: object = {}): Promise<void> {
    return this.#send({ type: 'error', ...label, problem: toProblem(error, this.#call.requestId) });
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

function parse<Message>(text: string, schema: z.ZodType<Message>): Message | ServiceError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return gatewayErrors.MALFORMED_JSON({ message: 'The message is not valid JSON.' });
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : toValidationError(parsed.error);
}

function byTimer(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms).unref();
  return () => clearInterval(timer);
}
