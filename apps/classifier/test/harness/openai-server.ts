import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface ChatRequest {
  readonly path: string;
  readonly text: string;
  readonly body: {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly response_format: { readonly json_schema: { readonly name: string } };
  };
  /** What the user role says, read as JSON. */
  readonly data: { readonly prompt: string };
}

/** What a server does with a request. */
export type ChatBehaviour = (request: ChatRequest, response: ServerResponse) => void;

/** A server that speaks OpenAI's chat protocol and behaves as told. */
export interface OpenAiServer {
  /** Ends in `/v1`. */
  readonly url: string;
  readonly requests: ChatRequest[];
  behave: ChatBehaviour;
  close(): Promise<void>;
}

export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: ChatRequest[] = [];
  const server = createServer((incoming, response) => {
    void serve(incoming, response);
  });
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(incoming);
    requests.push(request);
    running.behave(request, response);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const running: OpenAiServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    behave: answering(() => ({})),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return running;
}

export const usage = { prompt_tokens: 900, completion_tokens: 50, total_tokens: 950 };

/** Answers with a completion of this content; what is no text is written as JSON. */
export function answering(content: (request: ChatRequest) => unknown): ChatBehaviour {
  return (request, response) => {
    const said = content(request);
    const message = {
      role: 'assistant',
      content: typeof said === 'string' ? said : JSON.stringify(said),
      refusal: null,
    };
    sendJson(response, 200, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', logprobs: null, message }],
      usage,
    });
  };
}

/** Refuses in the provider's own words, not to be asked again. */
export function failing(status: number, code: string): ChatBehaviour {
  return (_request, response) => {
    response.setHeader('x-should-retry', 'false');
    sendJson(response, status, { error: { message: 'no', type: code, code, param: null } });
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function read(incoming: IncomingMessage): Promise<ChatRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const body = JSON.parse(text) as ChatRequest['body'];
  const data = JSON.parse(body.messages.at(-1)?.content ?? '') as ChatRequest['data'];
  return { path: incoming.url ?? '', text, body, data };
}
