import { jobStrings as text } from '../../strings/en/playground.js';
import { formatBytes, formatPercent } from '../../ui/format.js';

/** What became of a size in bytes: `2.4 MB → 240 kB, 90% smaller`. */
export function sizeChange(before: number, after: number): string {
  const share = before === 0 ? 0 : 1 - after / before;
  if (Math.abs(share) < 0.005) return text.same(formatBytes(after));
  const say = share > 0 ? text.saved : text.grown;
  return say(formatBytes(before), formatBytes(after), formatPercent(Math.abs(share)));
}
