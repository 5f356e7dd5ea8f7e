/** A call that was not made because the circuit is open, or half-open with a probe under way. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';

  constructor(
    readonly circuit: string,
    /** Time until the next probe in milliseconds; undefined when only an operator can close the circuit. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(`Circuit ${circuit} is open.`);
  }
}
