import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import type { Generation } from '../../api/gen/api.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { generationsStrings } from '../../strings/en/generations.js';
import { Card } from '../../ui/card.js';
import { Loaded, Skeleton } from '../../ui/states.js';
import { Thumbnail } from './thumbnail.js';
import { useLineage } from './use-lineage.js';

/** Where a generation comes from and what came of it, as a strip of small pictures. */
export function LineageCard({ generation }: { readonly generation: Generation }) {
  const lineage = useLineage(generation);
  const { input_images: inputs = [] } = generation;
  return (
    <Card heading={text.lineage}>
      <Loaded query={lineage} skeleton={<Skeleton className="h-24" />}>
        {({ ancestors, children }) => {
          const alone = ancestors.length === 0 && children.length === 0 && inputs.length === 0;
          if (alone && !generation.next_id && !generation.steps) {
            return <p className="text-sm text-muted">{text.lineageAlone}</p>;
          }
          return (
            <div className="space-y-4">
              {inputs.length > 0 && (
                <Strip label={text.inputs}>
                  {inputs.map((url, index) => (
                    <li key={url}>
                      <a
                        href={url}
                        target="_blank"
                        rel="noreferrer"
                        className="block overflow-hidden rounded-lg border border-line"
                      >
                        <Thumbnail url={url} contentType={null} alt={text.input(index + 1)} className="size-20" />
                      </a>
                    </li>
                  ))}
                </Strip>
              )}
              {ancestors.length > 0 && (
                <Strip label={text.madeFrom}>
                  {ancestors.map((ancestor) => (
                    <Relative key={ancestor.id} generation={ancestor} />
                  ))}
                </Strip>
              )}
              <Steps generation={generation} />
              {children.length > 0 && (
                <Strip label={text.cameOfIt}>
                  {children.map((child) => (
                    <Relative key={child.id} generation={child} />
                  ))}
                </Strip>
              )}
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}

/** The other step of a plan with two. */
function Steps({ generation: { id, steps, next_id: next } }: { readonly generation: Generation }) {
  const first = steps?.find((step) => step.generation_id !== id)?.generation_id;
  return (
    <>
      {first !== undefined && <StepLink id={first} label={text.firstStep} />}
      {next !== undefined && <StepLink id={next} label={text.nextStep} />}
    </>
  );
}

function StepLink({ id, label }: { readonly id: string; readonly label: string }) {
  return (
    <p className="text-sm">
      <Link href={`/gallery/${id}`} className="font-medium text-accent underline">
        {label}
      </Link>
    </p>
  );
}

function Strip({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <div>
      <h3 id={id} className="mb-1.5 text-sm text-muted">
        {label}
      </h3>
      <ul aria-labelledby={id} className="flex flex-wrap gap-3">
        {children}
      </ul>
    </div>
  );
}

function Relative({ generation: { id, prompt, status, outputs } }: { readonly generation: Generation }) {
  const output = outputs[0];
  return (
    <li className="w-20">
      <Link href={`/gallery/${id}`} title={prompt} className="group block text-xs">
        <span className="grid size-20 place-items-center overflow-hidden rounded-lg border border-line bg-raised text-center text-muted group-hover:border-control">
          {output ? (
            <Thumbnail url={output.url} contentType={output.content_type} className="size-full" />
          ) : (
            generationsStrings.status[status]
          )}
        </span>
        <span className="mt-1 line-clamp-2 break-words text-muted group-hover:text-ink">{prompt}</span>
      </Link>
    </li>
  );
}
