import { useEffect, useRef } from 'react';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { Button } from '../../ui/button.js';
import { ProblemNotice } from '../../ui/problem-notice.js';

/** The end of a list that goes on: loads more when it comes into view, and by its button. */
export function MoreWhenSeen({
  query,
}: {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly isFetchNextPageError: boolean;
    readonly error: unknown;
    readonly fetchNextPage: () => unknown;
  };
}) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError: failed, fetchNextPage } = query;
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage || failed) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && fetchNextPage(), {
      rootMargin: '400px',
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, failed, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={end} className="flex justify-center py-6">
      {failed ? (
        <ProblemNotice problem={query.error} onRetry={() => fetchNextPage()} />
      ) : (
        <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {isFetchingNextPage ? text.loadingMore : text.more}
        </Button>
      )}
    </div>
  );
}
