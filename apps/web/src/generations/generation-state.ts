import type { Generation } from '../api/gen/api.js';

/** True when nothing more will happen. */
export function hasEnded({ status }: Pick<Generation, 'status'>): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

/**
 * The later of what is known and what arrives: a replayed event never takes a generation back, and what only a full reading
 * tells stays.
 */
export function laterOf(known: Generation | undefined, next: Generation): Generation {
  if (!known) return next;
  if (next.updated_at < known.updated_at || (hasEnded(known) && !hasEnded(next))) return known;
  const { input_images, mask, inputs_gone } = known;
  return {
    ...(input_images ? { input_images } : {}),
    ...(mask ? { mask } : {}),
    ...(inputs_gone ? { inputs_gone } : {}),
    ...next,
  };
}

/** True for an output that is a video. */
export function isVideo({ content_type: type }: { readonly content_type: string }): boolean {
  return type.startsWith('video/');
}
