import type { RedisLink, RedisState } from '@atelier/redis';
import type { ServiceRuntime } from '@atelier/service-defaults';

const sentences: Readonly<Partial<Record<RedisState, string>>> = {
  away: 'Redis does not answer: every gateway counts requests alone, at the same rates.',
  backup: 'Redis does not answer: the backup is used.',
};

/** Reports as an error event when Redis is away; the link logs it and moves the gauge. Answers how to stop. */
export function alarmAboutRedis(redis: RedisLink | undefined, runtime: Pick<ServiceRuntime, 'events'>): () => void {
  if (!redis) return () => {};
  const report = (state: RedisState): void => {
    const message = sentences[state];
    if (!message) return;
    runtime.events.publish({ errorOccurred: { code: 'REDIS_UNAVAILABLE', message, path: 'redis', status: 0 } });
  };
  report(redis.state);
  return redis.onChange(report);
}
