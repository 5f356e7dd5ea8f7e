import { ImageOff } from 'lucide-react';
import type { Session } from '../../api/gen/api.js';
import { FileButton, ImageDrop } from '../../media/image-drop.js';
import { useUploads } from '../../media/use-uploads.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { uiStrings } from '../../strings/en/ui.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import type { useSessionActs } from './use-sessions.js';

/** What the next edit of a session works on: a result, a file of one's own, or nothing. */
export function WorkingImageCard({
  session: { working_image_url: image },
  update,
}: {
  readonly session: Session;
  readonly update: ReturnType<typeof useSessionActs>['update'];
}) {
  const uploads = useUploads(({ id }) => update.mutate({ working_image_url: id }));
  const add = (files: readonly File[]) => void uploads.add(files, 1);
  const busy = update.isPending || uploads.pending.length > 0;
  return (
    <Card heading={text.workingImage}>
      <ImageDrop onFiles={add} multiple={false} className="space-y-3 rounded-lg">
        {image === null ? (
          <div className="grid place-items-center gap-2 rounded-lg bg-raised px-4 py-10 text-center text-sm text-muted">
            <ImageOff className="size-6" aria-hidden />
            {text.noWorkingImage}
          </div>
        ) : (
          <img src={image} alt={text.workingImage} className="max-h-96 w-full rounded-lg bg-raised object-contain" />
        )}
        <div className="flex flex-wrap gap-2">
          <FileButton size="small" multiple={false} busy={busy} onFiles={add}>
            {text.uploadWorkingImage}
          </FileButton>
          {image !== null && (
            <Button
              size="small"
              look="plain"
              disabled={busy}
              onClick={() => update.mutate({ working_image_url: null })}
            >
              {text.clearWorkingImage}
            </Button>
          )}
        </div>
        {uploads.pending.map((name) => (
          <p key={name} role="status" className="text-sm text-muted">
            {uiStrings.uploading(name)}
          </p>
        ))}
        {uploads.problems.map((problem) => (
          <ProblemNotice key={problem} problem={new Error(problem)} />
        ))}
        {update.error && <ProblemNotice problem={update.error} />}
      </ImageDrop>
    </Card>
  );
}
