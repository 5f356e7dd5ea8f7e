import type { IntentContext } from './intent.js';

/** What is wrong with a request, by its field. */
export interface LimitViolation {
  readonly field: string;
  readonly message: string;
}

const longestPrompt = 2_000;
const mostImages = 64;
const mostReferences = 64;
const longestReference = 100;

// What draws nothing: spaces, controls, format and tag characters, fillers, variation selectors, the blank of Braille.
const visible = /[^\s\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A prompt has something to see and at most 2,000 characters, as people count them: an emoji is one. */
export function promptViolations(prompt: string): LimitViolation[] {
  const trimmed = prompt.trim();
  // No need to count what is more than twice as long.
  const isShort = trimmed.length <= 2 * longestPrompt && [...trimmed].length <= longestPrompt;
  return isShort && visible.test(trimmed) ? [] : [{ field: 'prompt', message: 'must have 1 to 2000 characters' }];
}

/** Nobody has more images or names more references; a name is short. */
export function contextViolations({ workingImages, uploadedImages, references }: IntentContext): LimitViolation[] {
  const violations: LimitViolation[] = [];
  for (const [field, count] of [
    ['context.working_images', workingImages],
    ['context.uploaded_images', uploadedImages],
  ] as const) {
    if (count < 0 || count > mostImages) violations.push({ field, message: `must be 0 to ${mostImages}` });
  }
  if (references.length > mostReferences) {
    violations.push({ field: 'context.references', message: `must be at most ${mostReferences}` });
  } else if (references.some((name) => name === '' || name.length > longestReference)) {
    violations.push({ field: 'context.references', message: `must have 1 to ${longestReference} characters each` });
  }
  return violations;
}
