import type { ImageJob } from '../../api/gen/api.js';
import { jobStrings as text } from '../../strings/en/playground.js';
import { Badge, type Tone } from '../../ui/badge.js';

const tones: Record<ImageJob['status'], Tone> = {
  pending: 'neutral',
  processing: 'accent',
  completed: 'success',
  failed: 'danger',
  cancelled: 'warning',
};

export function JobStatusBadge({ status }: { readonly status: ImageJob['status'] }) {
  return <Badge tone={tones[status]}>{text.status[status]}</Badge>;
}
