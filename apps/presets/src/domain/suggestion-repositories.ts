/** A prompt that was generated from, and the suggestions in it. */
export interface LearnedPrompt {
  /** Counted once for each key. */
  readonly key: string;
  readonly ownerId: string;
  readonly prompt: string;
  /** Same for prompts that differ in punctuation or letter case alone. */
  readonly sameness: string;
  readonly texts: readonly string[];
}

/** How often suggestions are used. */
export interface SuggestionUses {
  /**
   * Counts the suggestions of new keys, and keeps the prompts of owners who opted in, in one transaction. Answers those
   * that were new.
   */
  learn(prompts: readonly LearnedPrompt[], time: Date): Promise<readonly LearnedPrompt[]>;
  /** Uses by text; those of two weeks ago count half. */
  usesAt(time: Date): Promise<ReadonlyMap<string, number>>;
}

/** An own earlier prompt. */
export interface PastPrompt {
  readonly prompt: string;
  readonly uses: number;
}

/** Earlier prompts of users who opted in. */
export interface PromptHistoryRepository {
  /** Undefined for whoever did not opt in; the latest first otherwise. */
  find(ownerId: string): Promise<readonly PastPrompt[] | undefined>;
}
