import type { HTMLAttributes, ReactNode } from 'react';
import { classes } from './classes.js';

/** A surface with an optional heading and actions beside it. */
export function Card({
  heading,
  actions,
  className,
  children,
  ...rest
}: HTMLAttributes<HTMLElement> & { readonly heading?: ReactNode; readonly actions?: ReactNode }) {
  return (
    <section {...rest} className={classes('rounded-card border border-line bg-surface p-4 sm:p-5', className)}>
      {(heading || actions) && (
        <header className="mb-3 flex flex-wrap items-center justify-between gap-2">
          {heading && <h2>{heading}</h2>}
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}
