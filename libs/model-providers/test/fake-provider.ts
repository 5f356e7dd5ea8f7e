import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as the fake received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: unknown;
}

/** Decides what happens to one request whose body has arrived. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => void;

/** An HTTP server on loopback that behaves, or misbehaves, as a test says. */
export class FakeProvider {
  readonly received: ReceivedRequest[] = [];
  connections = 0;
  behave: Behaviour = answer(500, {});
  /** Cuts a connection off as soon as it stands. */
  resetsConnections = false;
  readonly #server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const body = Buffer.concat(chunks);
      const isJson = message.headers['content-type']?.includes('json') === true && body.length > 0;
      const request = {
        method: message.method ?? '',
        path: message.url ?? '',
        headers: message.headers,
        body,
        json: isJson ? JSON.parse(body.toString()) : undefined,
      };
      this.received.push(request);
      this.behave(request, response);
    });
  });

  static async start(): Promise<FakeProvider> {
    const fake = new FakeProvider();
    fake.#server.on('connection', (socket: Socket) => {
      fake.connections += 1;
      if (fake.resetsConnections) socket.resetAndDestroy();
    });
    await new Promise<void>((ready) => {
      fake.#server.listen(0, '127.0.0.1', ready);
    });
    return fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Also frees the port, so that the next connection is refused. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => {
      this.#server.close(done);
    });
  }
}

/** Answers JSON (or a text as it is). */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };
}

/** Takes the request and cuts the connection off. */
export const resetAfterRequest: Behaviour = (_request, response) => {
  response.socket?.resetAndDestroy();
};

/** Takes the request and says nothing. */
export const neverAnswer: Behaviour = () => {};

/** Promises a long body, sends its beginning and cuts the connection off. */
export function breakOff(status: number): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '5000' });
    response.write('{"id":"p1","status":', () => response.socket?.resetAndDestroy());
  };
}
