/** Where the round-robin of one priority stands for one user. */
export interface RoundView {
  /** The latest turn that was started in this priority; 0 before any. */
  readonly current: number;
  /** The user had a generation started in the current turn. */
  readonly served: boolean;
  /** The latest turn among those of the user that wait; absent when none does. */
  readonly lastWaiting?: number;
}

/**
 * The turn of a user's next generation. Within a priority the queue runs by turn, then by age, and a user has one
 * generation per turn: however many somebody queues, everybody else's next one waits behind at most one of
 * them, or two when they were served in this turn already. It is decided once, when the generation is accepted, so that the order can be read from an index
 * (start-time fair queueing with equal weights; Goyal, Vin and Cheng, 1996).
 */
export function nextTurn({ current, served, lastWaiting }: RoundView): number {
  const earliest = served ? current + 1 : current;
  return lastWaiting === undefined ? earliest : Math.max(earliest, lastWaiting + 1);
}
