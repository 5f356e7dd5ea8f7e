import { ImagePlus, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ProcessAnswer } from '../../api/gen/api.js';
import { FileButton } from '../../media/image-drop.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Disclosure } from '../../ui/disclosure.js';
import { TextDifference } from '../../ui/text-difference.js';
import { PlanWebSearch } from './plan-web-search.js';

/** What a plan still needs, what it is made with, and what should be known before it is bought. */
export function PlanNotes({
  plan,
  prompt,
  onFiles,
}: {
  readonly plan: ProcessAnswer;
  readonly prompt: string;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const { metadata, references } = plan;
  const tags = metadata.missing_references.map((tag) => `@${tag}`);
  const notes = plan.fallback_used ? [] : metadata.warnings;
  const [shown, setShown] = useState(false);
  return (
    <>
      {metadata.missing_inputs.length > 0 && (
        <div className="space-y-2 rounded-lg bg-warning-soft p-3 text-sm">
          <h3 className="flex items-center gap-2">
            <TriangleAlert className="size-4 text-warning" aria-hidden />
            {text.missingTitle}
          </h3>
          {metadata.missing_inputs.map((input) => (
            <p key={input}>{text.missing[input] ?? text.missingOther(input)}</p>
          ))}
          {metadata.missing_inputs.includes('image') && (
            <FileButton size="small" icon={<ImagePlus className="size-4" aria-hidden />} onFiles={onFiles}>
              {text.addImage}
            </FileButton>
          )}
        </div>
      )}
      {tags.length > 0 && (
        <p className="rounded-lg bg-warning-soft p-3 text-sm">
          {text.missingReferences(tags)}{' '}
          <Link href="/references" className="font-medium text-accent-strong underline">
            {text.manageReferences}
          </Link>
        </p>
      )}
      {references.length > 0 && (
        <div>
          <h3 className="mb-1.5">{text.references}</h3>
          <ul className="flex flex-wrap gap-2">
            {references.map(({ tag, name, thumbnail_url: thumbnail, image_url: image }) => (
              <li key={tag} className="flex items-center gap-2 rounded-lg border border-line bg-canvas pr-2.5 text-sm">
                {(thumbnail || image) && (
                  <img src={thumbnail || image} alt="" className="size-9 rounded-l-lg object-cover" />
                )}
                <span className="py-1 pl-1">{text.reference(tag, name)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {notes.length > 0 && (
        <div>
          <h3 className="mb-1">{text.notes}</h3>
          <ul className="list-disc space-y-0.5 pl-4 text-sm text-muted">
            {notes.map((note) => (
              <li key={note} className="break-words">
                {note}
              </li>
            ))}
          </ul>
        </div>
      )}
      <PlanWebSearch metadata={metadata} />
      {!plan.steps && (
        <Disclosure label={text.finalPrompt} open={shown} onToggle={setShown}>
          <div className="text-sm">
            <TextDifference before={prompt} after={plan.final_prompt} />
          </div>
        </Disclosure>
      )}
    </>
  );
}
