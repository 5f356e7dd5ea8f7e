import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { GenerationsSocket, type GenerationsSocketParts } from './generations-socket.js';

class FakeSocket extends EventEmitter {
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
  } as unknown as GenerationsSocketParts;
  new GenerationsSocket(socket as unknown as WebSocket, { call: {} } as FastifyRequest, parts).open();
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
