import { type ReactNode, useEffect } from 'react';
import { classes } from './classes.js';

/** A page: its title in the tab and as heading, what it is for in one sentence, and its acts. */
export function Page({
  title,
  description,
  actions,
  className,
  children,
}: {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Atelier`;
  }, [title]);
  return (
    <div className={classes('mx-auto w-full max-w-7xl px-4 py-5 sm:px-6', className)}>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {description && <p className="text-muted">{description}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
