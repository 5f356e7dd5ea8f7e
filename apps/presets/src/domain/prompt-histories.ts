import { LRUCache } from 'lru-cache';
import type { PromptHistoryRepository } from './suggestion-repositories.js';
import type { RankedSuggestion } from './suggestion.js';
import { SuggestionIndex } from './suggestion-index.js';

const historiesInMemory = 500;
/** Also forgotten when a change is announced, which can be missed while the connection is away. */
const keptMs = 60_000;

/** An index over one user's own prompts; without one they did not opt in. */
interface History {
  readonly index: SuggestionIndex | undefined;
  readonly count: number;
}

/** Completes from a user's own earlier prompts, when they opted in; nobody else's are ever looked at. */
export class PromptHistories {
  private readonly histories = new LRUCache<string, History>({ max: historiesInMemory, ttl: keptMs });
  /** What was read before something was forgotten must not be kept after it. */
  private forgotten = 0;

  constructor(
    private readonly repository: PromptHistoryRepository,
    /** What announcements call an owner. */
    private readonly keyOf: (ownerId: string) => string,
  ) {}

  async search(ownerId: string, query: string, limit: number): Promise<RankedSuggestion[]> {
    const { index } = await this.read(ownerId);
    return index?.search(query, limit) ?? [];
  }

  async state(ownerId: string): Promise<{ readonly enabled: boolean; readonly promptCount: number }> {
    const { index, count } = await this.read(ownerId);
    return { enabled: index !== undefined, promptCount: count };
  }

  /** After an own change: the caller's next read must see it, whenever its announcement arrives. */
  forget(ownerId: string): void {
    this.forgetKey(this.keyOf(ownerId));
  }

  /** After an announced change in any process; everybody's without a key. */
  forgetKey(key?: string): void {
    this.forgotten += 1;
    if (key === undefined) this.histories.clear();
    else this.histories.delete(key);
  }

  private async read(ownerId: string): Promise<History> {
    const key = this.keyOf(ownerId);
    const known = this.histories.get(key);
    if (known) return known;
    const before = this.forgotten;
    const prompts = await this.repository.find(ownerId);
    const index =
      prompts &&
      new SuggestionIndex(
        prompts.map(({ prompt }) => ({ text: prompt, category: 'history', description: 'Your earlier prompt' })),
      );
    index?.setUses(new Map(prompts?.map(({ prompt, uses }) => [prompt, uses])));
    const history = { index, count: prompts?.length ?? 0 };
    if (before === this.forgotten) this.histories.set(key, history);
    return history;
  }
}
