import { Check, GitCompareArrows } from 'lucide-react';
import { compareStrings as text } from '../../strings/en/compare.js';
import type { WaysDiffer } from './ways-differ.js';

/** In one sentence whether, and in what, the two ways differ. */
export function Differences({ differences }: { readonly differences: WaysDiffer }) {
  const parts = (Object.keys(text.parts) as (keyof typeof text.parts)[]).filter((part) => differences[part]);
  const names = new Intl.ListFormat('en').format(parts.map((part) => text.parts[part]));
  return (
    <p role="status" className="flex items-center gap-2 font-medium">
      {parts.length === 0 ? (
        <Check className="size-5 text-success" aria-hidden />
      ) : (
        <GitCompareArrows className="size-5 text-accent" aria-hidden />
      )}
      {parts.length === 0 ? text.agree : text.differ(names)}
    </p>
  );
}
