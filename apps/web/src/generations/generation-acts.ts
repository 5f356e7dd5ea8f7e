import type { Generation } from '../api/gen/api.js';

/** What can come of a generation, beyond what it does itself. */
export interface GenerationActs {
  /** A result shall be the input of the next request; the Create page opens with it when absent. */
  readonly onUseImage?: ((url: string) => void) | undefined;
  /** The prompt shall be worded anew, beginning with this; the Create page opens with it when absent. */
  readonly onSuggestion?: ((prompt: string) => void) | undefined;
  /** Another model was chosen; the same is started on it when absent. */
  readonly onAlternative?:
    | ((alternative: { readonly provider: string; readonly model_id: string }) => void)
    | undefined;
  /** A new generation was started from this one; its page opens when absent. */
  readonly onStarted?: ((generation: Generation) => void) | undefined;
}
