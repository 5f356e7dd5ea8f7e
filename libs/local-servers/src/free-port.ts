import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections: one of those could take the place of a stopped server. */
const ports = { from: 15_000, to: 30_000 };

/** A port of 127.0.0.1 that nobody listens on, `preferred` when it is free. */
export async function freePort(preferred?: number): Promise<number> {
  for (let port = preferred ?? randomPort(); ; port = randomPort()) if (await isFree(port)) return port;
}

function randomPort(): number {
  return randomInt(ports.from, ports.to);
}

/** True when nobody listens there. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** True when somebody listens there. */
export function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
