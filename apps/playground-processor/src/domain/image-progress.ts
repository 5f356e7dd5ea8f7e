const step = 0.25;
const pauseMs = 250;

/** Passes on only what is worth telling: at most every quarter of an image, and not several times a second. */
export class ImageProgress {
  #told = 0;
  #toldAtMs: number;

  constructor(
    private readonly tell: (fraction: number) => void,
    private readonly now: () => number,
  ) {
    this.#toldAtMs = now();
  }

  report(fraction: number): void {
    const nowMs = this.now();
    if (!(fraction >= this.#told + step && fraction < 1) || nowMs - this.#toldAtMs < pauseMs) return;
    this.#told = fraction;
    this.#toldAtMs = nowMs;
    this.tell(fraction);
  }
}
