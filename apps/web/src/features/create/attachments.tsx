import { Loader2, X } from 'lucide-react';
import { createStrings as text } from '../../strings/en/create.js';
import { uiStrings } from '../../strings/en/ui.js';
import { Button } from '../../ui/button.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { UploadProblems } from '../../media/upload-problems.js';
import type { useUploads } from '../../media/use-uploads.js';
import type { Draft } from './draft.js';
import { addImagesButton, focusBeside } from './focus-beside.js';

/** The pictures that go with the prompt: the one that is worked on, those that are attached, and those on their way. */
export function Attachments({
  draft,
  sessionImage,
  uploads,
  forgetSessionImage,
  onChange,
}: {
  readonly draft: Draft;
  /** Working image of the session; null for none. */
  readonly sessionImage: string | null;
  readonly uploads: ReturnType<typeof useUploads>;
  readonly forgetSessionImage: { readonly mutate: () => void; readonly isPending: boolean; readonly error: unknown };
  readonly onChange: (changes: Partial<Draft>) => void;
}) {
  const own = draft.workingImage;
  const working = own ?? sessionImage;
  const isEmpty = !working && draft.images.length === 0 && uploads.pending.length === 0;
  return (
    <>
      {!isEmpty && (
        <ul aria-label={text.images} className="mt-3 flex flex-wrap gap-2">
          {working && (
            <Picture
              url={working}
              alt={own ? text.workingImage : text.workingImageOfSession}
              caption={text.workingImage}
              removal={text.removeWorkingImage}
              busy={forgetSessionImage.isPending}
              onRemove={() => (own ? onChange({ workingImage: null }) : forgetSessionImage.mutate())}
            />
          )}
          {draft.images.map((image) => (
            <Picture
              key={image.id}
              url={image.url}
              alt={text.image(image.name)}
              removal={uiStrings.remove(image.name)}
              onRemove={() => onChange({ images: draft.images.filter(({ id }) => id !== image.id) })}
            />
          ))}
          {uploads.pending.map((name, index) => (
            <li
              key={`${index} ${name}`}
              className="grid size-18 place-items-center rounded-lg border border-line bg-raised text-muted"
            >
              <Loader2 className="size-5 animate-spin" aria-hidden />
              <span role="status" className="sr-only">
                {uiStrings.uploading(name)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {forgetSessionImage.error !== null && <ProblemNotice problem={forgetSessionImage.error} className="mt-3" />}
      <UploadProblems uploads={uploads} className="mt-3" />
    </>
  );
}

function Picture({
  url,
  alt,
  caption,
  removal,
  busy,
  onRemove,
}: {
  readonly url: string;
  readonly alt: string;
  readonly caption?: string;
  readonly removal: string;
  readonly busy?: boolean;
  readonly onRemove: () => void;
}) {
  return (
    <li className="relative flex overflow-hidden rounded-lg border border-line bg-raised">
      <img src={url} alt={alt} className="size-18 object-cover" />
      {caption && <span className="self-center px-2.5 pr-9 text-xs font-medium">{caption}</span>}
      <Button
        size="icon"
        busy={busy ?? false}
        aria-label={removal}
        title={removal}
        icon={<X className="size-4" aria-hidden />}
        onClick={(event) => {
          focusBeside(event.currentTarget, addImagesButton);
          onRemove();
        }}
        className="absolute top-1 right-1 size-7! shadow-sm"
      />
    </li>
  );
}
