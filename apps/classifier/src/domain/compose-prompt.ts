import type { Workflow } from './intent.js';
import { keepingTheRest } from './kind-of-edit.js';
import { addedPhrases } from './prompt-difference.js';
import { lostSubstance } from './prompt-substance.js';
import type { PromptDraft } from './prompt-writer.js';
import { videoAspects } from './video-aspects.js';

/** Every model takes 2,000 characters; a style may still be added to these. */
const LONGEST_PROMPT = 1_850;

/** A prompt made of a draft with what is new in it, or what is wrong with the draft, to follow "its proposal …". */
export type ComposedPrompt =
  | { readonly ok: true; readonly prompt: string; readonly additions: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Makes the prompt to generate with: the draft's wording, every aspect of a video, and for edits that everything else
 * stays. A draft that loses what the user said, leaves an aspect out or grows too long is not used.
 */
export function composePrompt(original: string, draft: PromptDraft, workflow: Workflow): ComposedPrompt {
  const lost = lostSubstance(original, draft.prompt);
  if (lost !== undefined) return { ok: false, problem: `changed what the prompt says ("${lost}")` };
  const aspects = videoAspects(workflow).map(({ name, label }) => ({
    label,
    text: unended(draft.aspects[name] ?? ''),
  }));
  const missing = aspects.find(({ text }) => text === '');
  if (missing) return { ok: false, problem: `said nothing about ${missing.label.toLowerCase()}` };
  const sentences = aspects.map(({ label, text }) => `${label}: ${text}`);
  const rest = unended(keepingTheRest(workflow));
  const parts = [...sentences, ...(rest === '' ? [] : [rest])];
  const prompt = parts.length === 0 ? draft.prompt : `${[unended(draft.prompt), ...parts].join('. ')}.`;
  if (prompt.length > LONGEST_PROMPT) return { ok: false, problem: 'is too long for the models' };
  return { ok: true, prompt, additions: [...addedPhrases(original, draft.prompt), ...parts] };
}

function unended(text: string): string {
  return text.replace(/[\s.,;:。、]+$/u, '');
}
