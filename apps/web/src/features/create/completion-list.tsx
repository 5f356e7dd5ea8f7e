import { ImageOff } from 'lucide-react';
import { Link } from 'wouter';
import { createStrings as text } from '../../strings/en/create.js';
import { classes } from '../../ui/classes.js';
import type { Completion } from './use-completions.js';

const frame = 'absolute inset-x-0 top-full z-20 mt-1 rounded-lg border border-line bg-surface p-1 shadow-xl';

/** The id of one option, for `aria-activedescendant`. */
export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

/** What can be completed, under the box it is typed into. The focus stays there. */
export function CompletionList({
  id,
  completions,
  active,
  onChoose,
}: {
  readonly id: string;
  readonly completions: readonly Completion[];
  readonly active: number;
  readonly onChoose: (completion: Completion) => void;
}) {
  return (
    <ul id={id} role="listbox" aria-label={text.suggestions} className={classes(frame, 'max-h-72 overflow-y-auto')}>
      {completions.map((completion, index) => (
        <li
          key={completion.value}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === active}
          ref={index === active ? (element) => element?.scrollIntoView?.({ block: 'nearest' }) : undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(completion)}
          className={classes(
            'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1 text-sm',
            index === active ? 'bg-accent-soft' : 'hover:bg-raised',
          )}
        >
          {completion.thumbnail !== undefined && <Thumbnail url={completion.thumbnail} />}
          <span className="flex min-w-0 flex-1 flex-col gap-x-4 sm:flex-row sm:items-center sm:justify-between">
            <span className="min-w-0 font-medium break-words">{completion.label}</span>
            <span className="min-w-0 truncate text-muted sm:max-w-1/2">{completion.detail}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ url }: { readonly url: string | null }) {
  if (url) return <img src={url} alt="" className="size-9 shrink-0 rounded-md bg-raised object-cover" />;
  return (
    <span className="grid size-9 shrink-0 place-items-center rounded-md bg-raised text-muted">
      <ImageOff className="size-4" aria-hidden />
    </span>
  );
}

/** Stands where references would, for somebody who has none. */
export function NoReferences() {
  return (
    <p onPointerDown={(event) => event.preventDefault()} className={classes(frame, 'px-3 py-2 text-sm text-muted')}>
      {text.noReferences}{' '}
      <Link href="/references" className="text-accent underline">
        {text.manageReferences}
      </Link>
    </p>
  );
}
