import type { FastifyReply } from 'fastify';
import { clientGone } from './client-gone.js';
import { pause } from './clock.js';
import type { SandboxContext } from './sandbox-context.js';

/**
 * Takes the realistic time of a request that is answered only when the work is done; with `isEndless` it takes until
 * the caller gives up. False when no one is left to answer.
 */
export async function takeTime(
  context: SandboxContext,
  reply: FastifyReply,
  seconds: number,
  isEndless = false,
): Promise<boolean> {
  const stop = AbortSignal.any([clientGone(reply), context.closing]);
  await pause(context.clock, isEndless ? Infinity : seconds * 1000 * context.timeScale, stop);
  return !stop.aborted;
}
