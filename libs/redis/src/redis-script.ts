import { createHash } from 'node:crypto';
import { type Redis, ReplyError } from 'ioredis';

/** A Lua script, sent by its digest and in full only to a server that does not have it yet. */
export class RedisScript {
  readonly #digest: string;

  constructor(private readonly lua: string) {
    this.#digest = createHash('sha1').update(lua).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof ReplyError) || !(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.lua, keys.length, ...keys, ...args);
    }
  }
}
