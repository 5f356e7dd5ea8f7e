import { createHash } from 'node:crypto';
import type { UsageEvent } from '@atelier/contracts/usage/v1';

/** How prompts are kept: as they are, or only as a hash by which equal ones are known. */
export type PromptPrivacy = 'text' | 'hash';

const hashed = /^sha256:[0-9a-f]{64}$/;

/** Whether a prompt is kept as its hash. */
export function isHashedPrompt(prompt: string): boolean {
  return hashed.test(prompt);
}

/** An event without words of a prompt: they are hashed where they are counted, and left out where they were only shown. */
export function withoutPromptText(event: UsageEvent): UsageEvent {
  const { planCompleted: plan, generationChanged: generation } = event;
  if (plan && plan.prompt !== '' && !isHashedPrompt(plan.prompt)) {
    const prompt = `sha256:${createHash('sha256').update(plan.prompt).digest('hex')}`;
    return { ...event, planCompleted: { ...plan, prompt } };
  }
  if (generation?.title) return { ...event, generationChanged: { ...generation, title: '' } };
  return event;
}
