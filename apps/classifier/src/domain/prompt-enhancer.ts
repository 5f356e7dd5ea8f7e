import { LRUCache } from 'lru-cache';
import { type ComposedPrompt, composePrompt } from './compose-prompt.js';
import type { IntentContext, Workflow } from './intent.js';
import { kindOfEdit } from './kind-of-edit.js';
import { type LanguageModelFailure, languageModelFailureText } from './language-model-failure.js';
import { enhanceQuickly, type QuickWishes } from './prompt-enhancement.js';
import type { PromptWriter } from './prompt-writer.js';
import { SharedWork } from './shared-work.js';

export type EnhancementStrategy = 'off' | 'quick' | 'llm';

/** A prompt to make ready for its workflow. The signal carries the caller's deadline to the language model. */
export interface EnhancementRequest {
  prompt: string;
  workflow: Workflow;
  strategy: EnhancementStrategy;
  context: IntentContext;
  /** For the quick strategy, also where it stands in for the language model. */
  quick?: QuickWishes;
  bypassCache?: boolean;
  signal?: AbortSignal;
}

/** The prompt to generate with, and what was done to it. */
export interface Enhancement {
  prompt: string;
  /** In order; empty when the prompt stayed as it was. */
  additions: readonly string[];
  /** The strategy that answered. */
  strategy: EnhancementStrategy;
  cacheHit: boolean;
  /** For people: what could not be done as asked. */
  warnings: readonly string[];
}

/** What enhances besides the quick strategy; without a writer there is nothing else. */
export interface PromptEnhancerOptions {
  readonly writer?: PromptWriter;
  /** Default 24 hours. */
  readonly cacheTtlMs?: number;
  readonly cacheEntries?: number;
  /** Milliseconds on any steady clock. */
  readonly now?: () => number;
}

/** What came of asking; a draft that is not used has a problem. */
type Written = ComposedPrompt | { readonly ok: false; readonly failure: LanguageModelFailure };

/** A longer prompt leaves no room for additions, and needs none. */
const LONGEST_TO_WRITE = 1_000;
const DAY_MS = 86_400_000;
/** A draft that could not be used was paid for: the same question is not asked again so soon. */
const USELESS_TTL_MS = 3_600_000;
const ofTheAsker: ReadonlySet<LanguageModelFailure> = new Set(['over_budget', 'timeout']);
const instead = 'the quick enhancement was used.';

/** Makes prompts ready for their workflow. It never fails: the quick strategy needs nothing. */
export class PromptEnhancer {
  private readonly writer: PromptWriter | undefined;
  private readonly cache: LRUCache<string, ComposedPrompt>;
  private readonly uselessTtlMs: number;
  private readonly writing = new SharedWork<Written>();

  constructor({ writer, cacheTtlMs = DAY_MS, cacheEntries = 5_000, now }: PromptEnhancerOptions = {}) {
    this.writer = writer;
    const clock = now ? { perf: { now }, ttlResolution: 0 } : {};
    this.uselessTtlMs = Math.min(USELESS_TTL_MS, cacheTtlMs);
    this.cache = new LRUCache({ max: cacheEntries, ttl: cacheTtlMs, ...clock });
  }

  async enhance(request: EnhancementRequest): Promise<Enhancement> {
    const atOnce = this.enhanceAtOnce(request);
    if (atOnce) return atOnce;
    return this.answer(request, await this.writeShared(request), false);
  }

  /** What needs no waiting; undefined when the language model has to be asked. */
  enhanceAtOnce(request: EnhancementRequest): Enhancement | undefined {
    const prompt = request.prompt.trim();
    if (request.strategy === 'off') return { prompt, additions: [], strategy: 'off', cacheHit: false, warnings: [] };
    if (request.strategy === 'quick') return quickly(request, []);
    if (!this.writer) return quickly(request, [`No language model is configured; ${instead}`]);
    if (prompt.length > LONGEST_TO_WRITE)
      return quickly(request, [`The prompt is too long for the language model to add to it; ${instead}`]);
    const known = request.bypassCache ? undefined : this.cache.get(keyOf(request, this.writer));
    return known && this.answer(request, known, true);
  }

  /** Shared with all who want the same prompt at the same time, and charged to whoever came first. */
  private async writeShared(request: EnhancementRequest): Promise<Written> {
    const { writer } = this;
    const { signal = new AbortController().signal, bypassCache } = request;
    if (!writer) return { ok: false, failure: 'unavailable' };
    if (bypassCache) return this.write(writer, request, signal);
    for (;;) {
      let asks = false;
      const write = (abandoned: AbortSignal): Promise<Written> => {
        asks = true;
        return this.write(writer, request, abandoned);
      };
      try {
        const written = await this.writing.share(keyOf(request, writer), write, signal);
        // Whoever asked had no budget or no time left; this caller may have.
        if (!asks && 'failure' in written && ofTheAsker.has(written.failure)) continue;
        return written;
      } catch (error) {
        if (!signal.aborted) throw error;
        return { ok: false, failure: 'cancelled' };
      }
    }
  }

  private async write(writer: PromptWriter, request: EnhancementRequest, signal: AbortSignal): Promise<Written> {
    const { workflow, context, bypassCache } = request;
    const prompt = request.prompt.trim();
    const result = await writer.write({ prompt, workflow, context }, signal);
    // A failure is not remembered: the next caller may be luckier.
    if (!result.ok) return result;
    const composed = composePrompt(prompt, result.draft, workflow);
    const ttl = composed.ok ? {} : { ttl: this.uselessTtlMs };
    if (!bypassCache) this.cache.set(keyOf(request, writer), composed, ttl);
    return composed;
  }

  private answer(request: EnhancementRequest, written: Written, cacheHit: boolean): Enhancement {
    if (written.ok) {
      const { prompt, additions } = written;
      return { prompt, additions: [...additions], strategy: 'llm', cacheHit, warnings: [] };
    }
    const why =
      'failure' in written ? languageModelFailureText[written.failure] : `proposed a prompt that ${written.problem}`;
    return { ...quickly(request, [`The language model ${why}; ${instead}`]), cacheHit };
  }
}

function quickly({ prompt, workflow, quick }: EnhancementRequest, warnings: string[]): Enhancement {
  return { ...enhanceQuickly(prompt, workflow, quick), strategy: 'quick', cacheHit: false, warnings };
}

/** Nothing of the user's: who writes, the prompt letter by letter, what is edited, and which kinds of image are there. */
function keyOf({ prompt, workflow, context }: EnhancementRequest, { version }: PromptWriter): string {
  const { workingImages, uploadedImages, references } = context;
  const images = [workingImages > 0, uploadedImages > 0, references.length > 0];
  return JSON.stringify([version, workflow, kindOfEdit(workflow), images, prompt.trim()]);
}
