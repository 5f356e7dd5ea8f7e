/** Tables of what suggestions learn. */
export interface SuggestionTables {
  readonly suggestion_uses: { readonly text: string; readonly day: string; readonly uses: number };
  readonly counted_prompts: { readonly key: string; readonly counted_at: Date };
  readonly prompt_histories: { readonly owner_id: string; readonly enabled_at: Date };
  readonly past_prompts: {
    readonly owner_id: string;
    readonly sameness_hash: string;
    readonly prompt: string;
    readonly uses: number;
    readonly used_at: Date;
  };
}

/** Announces the hash of an owner whose earlier prompts changed. */
export const promptHistoryChannel = 'presets_prompt_histories';
