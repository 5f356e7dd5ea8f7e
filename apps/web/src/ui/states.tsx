import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { uiStrings as text } from '../strings/en/ui.js';
import { classes } from './classes.js';
import { ProblemNotice } from './problem-notice.js';

/** What stands where nothing is yet: what it would be, and how to get the first one. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-card border border-dashed border-line px-6 py-12 text-center">
      {icon && <div className="text-muted [&_svg]:size-8">{icon}</div>}
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-md text-sm text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** A grey place of the size that something will take. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={classes('animate-pulse rounded-lg bg-raised', className)} />;
}

/** Loading, failed or there: the three states of what is asked of the server. Data that is there stays while it is asked again. */
export function Loaded<Data>({
  query,
  skeleton = <Skeleton className="h-32" />,
  children,
}: {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  readonly skeleton?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemNotice problem={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div role="status">
      <span className="sr-only">{text.loading}</span>
      {skeleton}
    </div>
  );
}
