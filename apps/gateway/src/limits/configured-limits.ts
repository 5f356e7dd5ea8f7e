import type { GatewayConfig } from '../gateway.config.js';
import { type DefaultRates, ratesOf } from './limit-scope.js';

/** What the configuration says for every subject; 0 is no limit. */
export function configuredLimits(config: GatewayConfig): DefaultRates {
  const rates = (perMinute: number, perHour: number) =>
    ratesOf({ requests_per_minute: perMinute || null, requests_per_hour: perHour || null });
  return {
    user: rates(config.RATE_LIMIT_REQUESTS_PER_MINUTE, config.RATE_LIMIT_REQUESTS_PER_HOUR),
    key: rates(config.RATE_LIMIT_KEY_REQUESTS_PER_MINUTE, config.RATE_LIMIT_KEY_REQUESTS_PER_HOUR),
    endpoint: rates(config.RATE_LIMIT_ENDPOINT_REQUESTS_PER_MINUTE, config.RATE_LIMIT_ENDPOINT_REQUESTS_PER_HOUR),
    global: rates(config.RATE_LIMIT_GLOBAL_REQUESTS_PER_MINUTE, config.RATE_LIMIT_GLOBAL_REQUESTS_PER_HOUR),
  };
}
