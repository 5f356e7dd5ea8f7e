import type { ProcessAnswer } from '../../api/gen/api.js';
import { compareStrings as text } from '../../strings/en/compare.js';
import { formatName } from '../../ui/format.js';

/** What a plan lacks, and what should be known about it. */
export function PlanNotes({ plan: { metadata, fallback_used: fallback } }: { readonly plan: ProcessAnswer }) {
  const notes = [
    ...(fallback ? [text.fallback] : []),
    ...metadata.missing_inputs.map((name) => text.missingInput(formatName(name).toLowerCase())),
    ...metadata.missing_references.map((tag) => text.missingReference(tag.replace(/^@/, ''))),
    ...metadata.warnings,
  ];
  if (notes.length === 0) return null;
  return (
    <ul aria-label={text.warnings} className="mt-3 list-disc rounded-lg bg-warning-soft py-2 pr-3 pl-7 text-sm">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
