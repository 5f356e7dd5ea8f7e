/** Since when this gateway runs, and which version it is. */
export class Uptime {
  readonly #start: number;

  constructor(
    readonly version: string,
    private readonly clock: () => Date = () => new Date(),
  ) {
    this.#start = clock().getTime();
  }

  now(): Date {
    return this.clock();
  }

  /** Seconds with milliseconds. */
  seconds(): number {
    return (this.clock().getTime() - this.#start) / 1000;
  }

  /** `H:MM:SS`. */
  formatted(): string {
    const all = Math.floor(this.seconds());
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
  }
}
