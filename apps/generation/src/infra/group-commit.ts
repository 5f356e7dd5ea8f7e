/** What commits items together. */
export interface GroupCommitOptions<Item, Outcome> {
  /** Commits items in one transaction; outcomes in their order. When it rejects, nothing of them was kept. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  readonly mostItems: number;
  /** Items that may wait; the next one is answered with `overload`. */
  readonly mostWaiting: number;
  readonly overload: () => Error;
}

interface Pending<Item, Outcome> {
  readonly item: Item;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/**
 * Group commit: an item is committed at once while nothing is under way, and those that arrive meanwhile are committed
 * together after it. So a lone item never waits, and the more there are the less each costs. Items whose transaction fails
 * are committed one by one: nobody fails because of somebody else.
 */
export class GroupCommit<Item, Outcome> {
  readonly #waiting: Pending<Item, Outcome>[] = [];
  #underWay = false;

  constructor(private readonly options: GroupCommitOptions<Item, Outcome>) {}

  add(item: Item): Promise<Outcome> {
    if (this.#waiting.length >= this.options.mostWaiting) return Promise.reject(this.options.overload());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#underWay) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#underWay = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.options.mostItems);
      if (!(await this.#commit(group, group.length === 1))) for (const one of group) await this.#commit([one], true);
    }
    this.#underWay = false;
  }

  /** False when it failed and nobody was told. */
  async #commit(group: readonly Pending<Item, Outcome>[], isLast: boolean): Promise<boolean> {
    try {
      const outcomes = await this.options.commit(group.map(({ item }) => item));
      if (outcomes.length !== group.length) throw new Error('a commit has one outcome for every item');
      for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome);
      return true;
    } catch (error) {
      if (isLast) for (const { reject } of group) reject(error);
      return isLast;
    }
  }
}
