import { FolderOpen } from 'lucide-react';
import { Link } from 'wouter';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { buttonClasses } from '../../ui/button.js';
import { EmptyState, Loaded } from '../../ui/states.js';
import { TimeAgo } from '../../ui/time-ago.js';
import { MoreWhenSeen } from './more-when-seen.js';
import { SkeletonGrid } from './skeleton-grid.js';
import { Thumbnail } from './thumbnail.js';
import { tileGrid } from './tile-grid.js';
import { useSessions } from './use-sessions.js';

/** Own sessions, each with what it works on. */
export function SessionList() {
  const query = useSessions();
  return (
    <Loaded query={query} skeleton={<SkeletonGrid />}>
      {({ pages }) => {
        const sessions = pages.flatMap(({ items }) => items);
        if (sessions.length === 0) return <NoSessions />;
        return (
          <>
            <ul aria-label={text.sessions} className={tileGrid}>
              {sessions.map(({ id, working_image_url: image, updated_at: updated }) => (
                <li key={id}>
                  <Link
                    href={`/sessions/${encodeURIComponent(id)}`}
                    className="block overflow-hidden rounded-card border border-line bg-surface hover:border-control"
                  >
                    {image === null ? (
                      <span className="grid aspect-video w-full place-items-center bg-raised text-muted">
                        <FolderOpen className="size-7" aria-hidden />
                      </span>
                    ) : (
                      <Thumbnail url={image} contentType={null} className="block aspect-video w-full" />
                    )}
                    <span className="block p-2.5">
                      <span className="block truncate text-sm font-medium">{id}</span>
                      {updated !== null && <TimeAgo iso={updated} className="text-xs text-muted" />}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
            <MoreWhenSeen query={query} />
          </>
        );
      }}
    </Loaded>
  );
}

function NoSessions() {
  return (
    <EmptyState
      icon={<FolderOpen aria-hidden />}
      title={text.noSessions}
      action={
        <Link href="/" className={buttonClasses('primary')}>
          {text.create}
        </Link>
      }
    >
      {text.noSessionsDetail}
    </EmptyState>
  );
}
