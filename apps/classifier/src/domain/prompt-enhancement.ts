import type { Workflow } from './intent.js';

/** A prompt with what was added to it, in order; `additions` is empty when it stayed as it was. */
export interface EnhancedPrompt {
  prompt: string;
  additions: string[];
}

const ENHANCED_BELOW_WORDS = 8;
/** Models take prompts of this length; an addition must not be what makes one too long. */
const LONGEST_ENHANCED = 1_000;
const usualQuality = ['high quality', 'detailed'];
const qualityOf: Partial<Record<Workflow, readonly string[]>> = {
  image_generation: ['high quality', 'detailed', 'professional'],
  hair_styling: ['professional hair styling', 'high detail'],
  reference_styling: ['high quality styling', 'professional photography'],
};
/** Such as go with every style that a prompt may name itself. */
const videoStyle = ['cinematic look', 'smooth camera movement'];
const styleOf: Readonly<Record<Workflow, readonly string[]>> = {
  image_generation: ['cinematic lighting', 'balanced composition'],
  video_generation: videoStyle,
  image_to_video: videoStyle,
  text_to_video: videoStyle,
  image_editing: ['natural light', 'seamless blending'],
  image_enhancement: ['natural colors', 'crisp details'],
  reference_styling: ['editorial fashion look', 'soft studio lighting'],
  hair_styling: ['salon finish', 'soft studio lighting'],
  style_transfer: ['consistent style', 'harmonious colors'],
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

/** What to add. */
export interface QuickWishes {
  /** Words of quality: true for a prompt of any length, false never; unset where the prompt is short. */
  readonly quality?: boolean | undefined;
  /** Words of style, for a prompt of any length; not without being asked for. */
  readonly style?: boolean | undefined;
}

/** Adds words of quality and style, without network; what the prompt already says is not said again. */
export function enhanceQuickly(prompt: string, workflow: Workflow, wishes: QuickWishes = {}): EnhancedPrompt {
  const trimmed = prompt.trim();
  if (trimmed.length > LONGEST_ENHANCED) return { prompt: trimmed, additions: [] };
  const { quality = isEnhancementNeeded(trimmed), style = false } = wishes;
  const said = wordsOf(trimmed);
  const wanted = [...(quality ? (qualityOf[workflow] ?? usualQuality) : []), ...(style ? styleOf[workflow] : [])];
  const additions = wanted.filter((addition) => !isSaid(addition, said));
  if (additions.length === 0) return { prompt: trimmed, additions };
  const body = trimmed.replace(/(?<![\s.,;])[\s.,;]+$/u, '');
  return { prompt: [body, ...additions].filter((part) => part !== '').join(', '), additions };
}

/** "highly detailed" says "detailed" and "high detail": words are compared by their stems. */
function isSaid(addition: string, said: ReadonlySet<string>): boolean {
  return [...wordsOf(addition)].every((word) => said.has(word));
}

function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.map((word) => word.replace(/(?:ally|ly|ed|ing|s)$/u, '')));
}
