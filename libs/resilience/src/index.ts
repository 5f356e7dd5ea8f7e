export { Bulkhead, BulkheadFullError, type BulkheadOptions } from './bulkhead.js';
export {
  type CallVerdict,
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitSnapshot,
  type CircuitState,
} from './circuit-breaker.js';
export { CircuitOpenError } from './circuit-open-error.js';
export { type DelayHistogram, EventLoopDelay } from './event-loop-delay.js';
export { LoadShedder, type LoadShedderOptions, OverloadedError } from './load-shedder.js';
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.js';
export { retryWithBackoff, type RetryOptions } from './retry-with-backoff.js';
export { RollingWindow } from './rolling-window.js';
