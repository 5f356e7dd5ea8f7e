/** What a work has beside its task. */
export interface Watch {
  /** Between the passes: a pass can't be cut short. */
  throwIfCancelled(): void;
  progress(fraction: number): void;
}
