import type { Preset } from '../../api/gen/api.js';
import { presetsStrings as text } from '../../strings/en/presets.js';
import { Badge, type Tone } from '../../ui/badge.js';

const tones: Record<Preset['visibility'], Tone> = { builtin: 'accent', shared: 'success', private: 'neutral' };

export function VisibilityBadge({ visibility }: { readonly visibility: Preset['visibility'] }) {
  return <Badge tone={tones[visibility]}>{text.visibility[visibility]}</Badge>;
}
