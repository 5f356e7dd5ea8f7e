/** Failures in a row after which a server is taken for away. */
const failuresUntilAway = 3;

/** Whether one Redis answers, from what its commands and probes came to. Only `probed` makes it healthy. */
export class NodeHealth {
  #failures = 0;
  #healthySinceMs: number | undefined;

  get healthy(): boolean {
    return this.#healthySinceMs !== undefined;
  }

  /** A command was answered. */
  answered(): void {
    this.#failures = 0;
  }

  /** A probe was answered, so that commands may be sent. */
  probed(nowMs: number): void {
    this.#failures = 0;
    this.#healthySinceMs ??= nowMs;
  }

  /** A command or probe was not answered. */
  failed(): void {
    this.#failures += 1;
    if (this.#failures >= failuresUntilAway) this.lost();
  }

  /** The connection is gone. */
  lost(): void {
    this.#failures = 0;
    this.#healthySinceMs = undefined;
  }

  /** Milliseconds without an outage; 0 during one. */
  healthyForMs(nowMs: number): number {
    return this.#healthySinceMs === undefined ? 0 : nowMs - this.#healthySinceMs;
  }
}

/** Which server commands go to. */
export type RedisState = 'primary' | 'backup' | 'away';

/** The backup serves while the primary does not answer, and until it has answered for `returnAfterMs`. */
export function chooseNode(
  current: RedisState,
  primary: NodeHealth,
  backup: NodeHealth | undefined,
  clock: { readonly nowMs: number; readonly returnAfterMs: number },
): RedisState {
  const backupServes = current === 'backup' && backup?.healthy;
  if (backupServes && primary.healthyForMs(clock.nowMs) < clock.returnAfterMs) return 'backup';
  if (primary.healthy) return 'primary';
  return backup?.healthy ? 'backup' : 'away';
}
