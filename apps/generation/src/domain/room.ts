/** A generation that could be worked on next. */
export interface Waiting {
  readonly generationId: string;
  readonly ownerId: string;
  readonly provider: string;
}

/** Generations that may be worked on at the same time, over all processes. */
export interface ConcurrencyCaps {
  readonly perUser: number;
  readonly perProvider: number;
}

/** How much is being worked on for one user at one provider. */
export interface Load {
  readonly ownerId: string;
  readonly provider: string;
  readonly count: number;
}

/** Keeps count of what the caps still admit. */
export class Room {
  readonly #owners = new Map<string, number>();
  readonly #providers = new Map<string, number>();

  constructor(
    private readonly caps: ConcurrencyCaps,
    running: readonly Load[],
    /** Providers whose queue is paused. */
    private readonly paused: ReadonlySet<string> = new Set(),
  ) {
    for (const { ownerId, provider, count } of running) this.#add(ownerId, provider, count);
  }

  admits({ ownerId, provider }: Omit<Waiting, 'generationId'>): boolean {
    return (
      !this.paused.has(provider) &&
      (this.#owners.get(ownerId) ?? 0) < this.caps.perUser &&
      (this.#providers.get(provider) ?? 0) < this.caps.perProvider
    );
  }

  take({ ownerId, provider }: Omit<Waiting, 'generationId'>): void {
    this.#add(ownerId, provider, 1);
  }

  /** Users for whom nothing more is admitted. */
  fullOwners(): string[] {
    return atCap(this.#owners, this.caps.perUser);
  }

  /** Providers for which nothing more is admitted. */
  fullProviders(): string[] {
    return [...new Set([...this.paused, ...atCap(this.#providers, this.caps.perProvider)])];
  }

  #add(ownerId: string, provider: string, count: number): void {
    this.#owners.set(ownerId, (this.#owners.get(ownerId) ?? 0) + count);
    this.#providers.set(provider, (this.#providers.get(provider) ?? 0) + count);
  }
}

function atCap(counts: ReadonlyMap<string, number>, cap: number): string[] {
  return [...counts].flatMap(([key, count]) => (count >= cap ? key : []));
}
