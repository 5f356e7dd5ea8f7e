const NEWEST_KEPT = 10_000;

/** The providers that the sandbox stands in for. */
export type SandboxProvider = 'replicate' | 'openai' | 'gemini';

/** One request that a real provider would have charged for, written before its answer leaves. */
export interface PaidCreation {
  readonly id: string;
  readonly provider: SandboxProvider;
  readonly model: string;
  /** ISO 8601. */
  readonly at: string;
  /** SHA-256 (hex) of the input's canonical JSON; files count with the hash of their bytes. */
  readonly inputHash: string;
  /** The webhook address given with the request, which may name the caller's attempt. */
  readonly webhook?: string;
}

/** The newest paid creations, oldest first: what a test holds its own books against. */
export class CreationLog {
  readonly #entries: PaidCreation[] = [];

  get entries(): readonly PaidCreation[] {
    return this.#entries;
  }

  record(creation: PaidCreation): void {
    this.#entries.push(creation);
    if (this.#entries.length > NEWEST_KEPT) this.#entries.shift();
  }
}
