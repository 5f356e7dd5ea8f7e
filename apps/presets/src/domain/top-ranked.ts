/** Keeps the best few of many, without making an object for each: highest score first, then the lowest item. */
export class TopRanked {
  private readonly items: number[] = [];
  private readonly scores: number[] = [];

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.items.length;
  }

  add(item: number, score: number): void {
    let place = this.items.length;
    while (place > 0 && this.isBetter(item, score, place - 1)) place -= 1;
    if (place >= this.limit) return;
    this.items.splice(place, 0, item);
    this.scores.splice(place, 0, score);
    if (this.items.length > this.limit) {
      this.items.pop();
      this.scores.pop();
    }
  }

  /** Best first. */
  ranked(): { readonly item: number; readonly score: number }[] {
    return this.items.map((item, place) => ({ item, score: this.scores[place] ?? 0 }));
  }

  private isBetter(item: number, score: number, place: number): boolean {
    const other = this.scores[place] ?? 0;
    return score > other || (score === other && item < (this.items[place] ?? 0));
  }
}
