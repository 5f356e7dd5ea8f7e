import { Readable } from 'node:stream';

/**
 * The same bytes, ended with an error when the source says nothing for so long while somebody waits for more. A reader that takes
 * its time is no stall. Source and result end together.
 */
export function unstalled(source: Readable, stallMs: number, onChunk?: (chunk: Buffer) => void): Readable {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let timer: NodeJS.Timeout | undefined;
  const next = async (): Promise<void> => {
    timer = setTimeout(() => result.destroy(new Error(`no bytes for ${stallMs / 1000} s`)), stallMs);
    const { done, value } = await chunks.next();
    clearTimeout(timer);
    if (!done) onChunk?.(value);
    result.push(done ? null : value);
  };
  const result = new Readable({
    read: () => void next().catch((error: Error) => result.destroy(error)),
    destroy: (error, done) => {
      clearTimeout(timer);
      source.destroy();
      done(error);
    },
  });
  // Nobody else listens before the first read.
  source.on('error', (error) => result.destroy(error));
  return result;
}
