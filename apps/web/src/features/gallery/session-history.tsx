import { Link } from 'wouter';
import type { Session } from '../../api/gen/api.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { Thumbnail } from './thumbnail.js';
import type { useSessionActs } from './use-sessions.js';

/** What was finished in a session, newest first; any picture of it can be worked on again. */
export function SessionHistory({
  session: { history, working_image_url: image },
  update,
}: {
  readonly session: Session;
  readonly update: ReturnType<typeof useSessionActs>['update'];
}) {
  return (
    <Card heading={text.history} className="min-w-0">
      {history.length === 0 && <p className="text-sm text-muted">{text.noHistory}</p>}
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]">
        {history.map((entry) => {
          const isVideo = entry.content_type?.startsWith('video/') ?? false;
          const current = image !== null && pathOf(entry.image_url) === pathOf(image);
          return (
            <li key={entry.generation_id} className="flex flex-col overflow-hidden rounded-lg border border-line">
              <Link href={`/gallery/${entry.generation_id}`} className="block flex-1">
                <Thumbnail
                  url={entry.image_url}
                  contentType={entry.content_type}
                  className="block aspect-square w-full"
                />
                <span className="block px-2.5 pt-2">
                  <span className="line-clamp-2 text-sm break-words">{entry.prompt}</span>
                  {entry.created_at !== null && <TimeAgo iso={entry.created_at} className="text-xs text-muted" />}
                </span>
              </Link>
              <div className="flex min-h-12 items-center px-2.5 py-2">
                {current ? (
                  <Badge tone="accent">{text.isWorkingImage}</Badge>
                ) : (
                  entry.image_url !== null &&
                  !isVideo && (
                    <Button
                      size="small"
                      disabled={update.isPending}
                      onClick={() => update.mutate({ generation_id: entry.generation_id })}
                    >
                      {text.workOnThis}
                    </Button>
                  )
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** Links to one file differ by their signature only. */
function pathOf(link: string | null): string | undefined {
  return link?.split('?', 1)[0];
}
