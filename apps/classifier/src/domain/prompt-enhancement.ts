import type { Workflow } from './intent.js';

/** A prompt with what was added to it, in order; `additions` is empty when it stayed as it was. */
export interface EnhancedPrompt {
  prompt: string;
  additions: string[];
}

const ENHANCED_BELOW_WORDS = 8;
/** Models take prompts of this length; an addition must not be what makes one too long. */
const LONGEST_ENHANCED = 1_000;
const usualAdditions = ['high quality', 'detailed'];
const additionsOf: Partial<Record<Workflow, readonly string[]>> = {
  image_generation: ['high quality', 'detailed', 'professional'],
  hair_styling: ['professional hair styling', 'high detail'],
  reference_styling: ['high quality styling', 'professional photography'],
};

/** True for prompts of fewer than eight words: too short to give a good result as they are. CJK text counts two characters a word. */
export function isEnhancementNeeded(prompt: string): boolean {
  const glyphs = prompt.match(/[\u3040-\u30ff\u3400-\u9fff]/g)?.length ?? 0;
  const words = prompt
    .replace(/[\u3040-\u30ff\u3400-\u9fff]/g, ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return words + glyphs / 2 < ENHANCED_BELOW_WORDS;
}

/** Adds quality words to a short prompt, without network; what the prompt already says is not said again. */
export function enhanceQuickly(prompt: string, workflow: Workflow): EnhancedPrompt {
  const trimmed = prompt.trim();
  if (trimmed.length > LONGEST_ENHANCED || !isEnhancementNeeded(trimmed)) return { prompt: trimmed, additions: [] };
  const said = wordsOf(trimmed);
  const additions = (additionsOf[workflow] ?? usualAdditions).filter((addition) => !isSaid(addition, said));
  const body = trimmed.replace(/[\s.,;]+$/u, '');
  return { prompt: [body, ...additions].filter((part) => part !== '').join(', '), additions: [...additions] };
}

/** "highly detailed" says "detailed" and "high detail": words are compared by their stems. */
function isSaid(addition: string, said: ReadonlySet<string>): boolean {
  return [...wordsOf(addition)].every((word) => said.has(word));
}

function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.map((word) => word.replace(/(?:ally|ly|ed|ing|s)$/u, '')));
}
