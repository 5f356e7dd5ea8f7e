import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Addresses that only this user's processes on this machine can reach. */
export interface LoopbackAddresses {
  next(name: string): Promise<string>;
  release(): Promise<void>;
}

/** Unix sockets in a folder of mode 700; on Windows, where gRPC has none, free loopback ports. */
export async function loopbackAddresses(): Promise<LoopbackAddresses> {
  if (process.platform === 'win32') return { next: freePort, release: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'atelier-'));
  return {
    next: async (name) => `unix:${join(folder, `${name}.sock`)}`,
    release: () => rm(folder, { recursive: true, force: true }),
  };
}

function freePort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(`127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`));
    });
  });
}
