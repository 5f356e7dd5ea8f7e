import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Generation, WatchGenerationResponse } from '@atelier/contracts/generation/v1';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { WebSocket as WebSocketClient, WebSocketServer } from 'ws';
import { gatewayErrors } from '../gateway.errors.js';
import { generationsTopic } from '../generations/generations-socket.js';
import { SubscriptionSocket, type SubscriptionSocketParts } from './subscription-socket.js';

const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly closedWith: number[] = [];
  ping(): void {
    this.emit('pong');
  }
  close(code: number): void {
    this.closedWith.push(code);
  }
}

function setUp() {
  const socket = new FakeSocket();
  const state = { refusal: undefined as Error | undefined, intervalMs: 0, running: true, tick: () => {} };
  const parts = {
    admission: {
      recheck: async () => {
        if (state.refusal) throw state.refusal;
      },
    },
    every: (ms: number, run: () => void) => {
      Object.assign(state, { intervalMs: ms, tick: run });
      return () => (state.running = false);
    },
  } as unknown as SubscriptionSocketParts;
  const topic = generationsTopic({} as Parameters<typeof generationsTopic>[0]);
  new SubscriptionSocket(socket as unknown as WebSocket, { call: {} } as FastifyRequest, topic, parts).open();
  return { socket, state };
}

describe('a socket on which nobody says anything', () => {
  it.each([gatewayErrors.CREDENTIALS_INVALID(), gatewayErrors.SCOPE_REQUIRED()])(
    'is closed within half a minute of the end of its credential ($reason)',
    async (refusal) => {
      const { socket, state } = setUp();
      expect(state.intervalMs).toBe(30_000);
      state.tick();
      await turn();
      expect(socket.closedWith).toEqual([]);
      state.refusal = refusal;
      state.tick();
      await turn();
      expect(socket.closedWith).toEqual([4401]);
    },
  );

  it('stays open while credentials can’t be looked up', async () => {
    const { socket, state } = setUp();
    state.refusal = new TypeError('fetch failed');
    state.tick();
    await turn();
    expect(socket.closedWith).toEqual([]);
  });

  it('is not looked at any more once it is closed', () => {
    const { socket, state } = setUp();
    socket.emit('close');
    expect(state.running).toBe(false);
  });
});

describe('a client that takes nothing', () => {
  it('holds its streams up, then is told why it is cut off once it reads again', async () => {
    const told = { events: 0 };
    const generation = Generation.create({ generationId: id, prompt: 'x'.repeat(10_000) });
    async function* watchGeneration(_request: unknown, { signal }: { signal: AbortSignal }) {
      while (!signal.aborted) yield WatchGenerationResponse.create({ sequence: (told.events += 1), generation });
    }
    const ticks: (() => void)[] = [];
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const connected = once(server, 'connection') as Promise<[WebSocket]>;
    const client = new WebSocketClient(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [socket] = await connected;
    const parts = {
      admission: { recheck: async () => {} },
      every: (_ms: number, run: () => void) => {
        ticks.push(run);
        return () => {};
      },
    } as unknown as SubscriptionSocketParts;
    const topic = generationsTopic({
      backends: { generation: { watchGeneration } },
      links: {},
    } as unknown as Parameters<typeof generationsTopic>[0]);
    new SubscriptionSocket(socket, { call: { derive: () => ({}) } } as unknown as FastifyRequest, topic, parts).open();
    await once(client, 'open');
    client.send(JSON.stringify({ type: 'subscribe', id }));
    const sequences: number[] = [];
    client.on('message', (data) => sequences.push((JSON.parse(String(data)) as { sequence: number }).sequence));
    await once(client, 'message');
    client.pause();
    // Until many turns bring nothing new: then the buffers of the system are full.
    for (let [before, still] = [0, 0]; still < 1_000; still = before === told.events ? still + 1 : 0) {
      before = told.events;
      await turn();
    }
    expect(socket.bufferedAmount).toBeGreaterThan(0);
    expect(socket.bufferedAmount).toBeLessThan(1024 * 1024);

    ticks.forEach((tick) => tick());
    ticks.forEach((tick) => tick());
    const closed = once(client, 'close');
    client.resume();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4408, expect.stringMatching(/^Too slow/)]);
    expect(sequences).toEqual(sequences.map((_sequence, index) => index + 1));
    server.close();
  });
});
