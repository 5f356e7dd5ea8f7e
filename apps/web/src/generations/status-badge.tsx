import type { Generation } from '../api/gen/api.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Badge } from '../ui/badge.js';

const tones = {
  queued: 'neutral',
  running: 'accent',
  succeeded: 'success',
  failed: 'danger',
  cancelled: 'neutral',
} as const;

/** How a generation stands, in a word. */
export function StatusBadge({ status }: Pick<Generation, 'status'>) {
  return <Badge tone={tones[status]}>{text.status[status]}</Badge>;
}
