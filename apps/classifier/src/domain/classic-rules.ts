import type { Classification, IntentContext, Workflow } from './intent.js';
import { normalizePrompt } from './prompt-tokens.js';
import { webSearchWords } from './web-search-query.js';

/** The keyword rules of older systems, in their order; the first keyword found anywhere in the prompt wins. */
export const classicRules: readonly (readonly [Workflow, readonly string[]])[] = [
  ['video_generation', ['video with audio', 'video with sound', 'music video', 'cinematic']],
  ['image_to_video', ['animate', 'bring to life', 'make this move']],
  ['text_to_video', ['video', 'movie', 'clip', 'scene', 'footage']],
  ['hair_styling', ['hair', 'haircut', 'hairstyle', 'blonde', 'brunette']],
  [
    'reference_styling',
    ['taylor swift', 'celebrity', 'like', 'grammy', 'met gala', 'put @', 'try on', 'wear this', 'outfit', 'dress up'],
  ],
  ['image_editing', ['edit', 'change', 'modify', 'adjust']],
  ['image_enhancement', ['enhance', 'improve', 'upscale', 'sharpen']],
  ['style_transfer', ['style', 'artistic', 'painting', 'sketch']],
];
const webSearchKeywords = ['taylor swift', 'celebrity', 'grammy', 'met gala', 'like', 'style of'];
const USUAL_CONFIDENCE = 0.6;
const DOUBTFUL_CONFIDENCE = 0.3;
const SHORT_PROMPT_WORDS = 5;

/** Classifies by keywords alone: the baseline of comparisons and A/B tests. */
export function classifyByKeywords(prompt: string, context: IntentContext): Classification {
  const text = prompt.toLowerCase();
  const has = (keyword: string): boolean => text.includes(keyword);
  const rule = classicRules.find(([, keywords]) => keywords.some(has));
  const keyword = rule?.[1].find(has);
  const workflow = rule?.[0] ?? withoutKeyword(context);
  const requiresWebSearch = webSearchKeywords.some(has);
  const why = keyword === undefined ? 'no keyword was found' : `the keyword "${keyword}" was found`;
  return {
    workflow,
    confidence: isDoubtful(text) ? DOUBTFUL_CONFIDENCE : USUAL_CONFIDENCE,
    reasoning: `Classic keyword rules chose ${workflow} because ${why}.`,
    requiresWebSearch,
    webSearchQuery: requiresWebSearch ? webSearchWords(prompt) : '',
    enhancementNeeded: isShort(prompt),
    source: 'classic',
    missingInputs: [],
  };
}

/** A working image would be enhanced on "enhance", "improve" and "upscale"; the rules have found those already. */
function withoutKeyword({ workingImages }: IntentContext): Workflow {
  return workingImages > 0 ? 'image_editing' : 'image_generation';
}

/** Fewer than five words, as older systems counted them. */
export function isShort(prompt: string): boolean {
  return prompt.split(/\s+/).filter((word) => word !== '').length < SHORT_PROMPT_WORDS;
}

/** Empty, or carrying markup or control characters, also under compatibility forms and invisible characters. */
export function isDoubtful(prompt: string): boolean {
  const text = normalizePrompt(prompt);
  return text.trim() === '' || /<\/?[a-z!]/.test(text) || /[^\P{Cc}\t\n\r]/u.test(text);
}
