import { unlink } from 'node:fs/promises';
import { connect } from 'node:net';

/** A crash leaves its socket file behind and binding fails; removes it when nobody answers on it any more. */
export async function unlinkDeadSocket(address: string): Promise<void> {
  if (!address.startsWith('unix:')) return;
  const path = address.slice('unix:'.length);
  const code = await new Promise<string | undefined>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  if (code === 'ECONNREFUSED') await unlink(path);
}
