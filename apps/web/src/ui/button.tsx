import { Loader2 } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classes } from './classes.js';

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-line bg-surface text-ink hover:bg-raised',
  plain: 'text-ink hover:bg-raised',
  danger: 'bg-danger text-surface hover:opacity-90',
} as const;
const sizes = {
  small: 'min-h-8 px-2.5 py-1 text-sm',
  medium: 'min-h-10 px-3.5 py-1.5',
  icon: 'size-9 justify-center',
} as const;

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks;
  readonly size?: keyof typeof sizes;
  readonly icon?: ReactNode;
  /** Shows that what it started is under way; it can't be pressed meanwhile. */
  readonly busy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** The look of a button, for links that act like one. */
export function buttonClasses(look: keyof typeof looks = 'secondary', size: keyof typeof sizes = 'medium'): string {
  return classes(
    // text-nowrap stands before whitespace-* in the style sheet: who needs long words wrapped says whitespace-normal.
    'inline-flex items-center gap-2 rounded-lg font-medium text-nowrap transition-colors select-none',
    'disabled:opacity-50 aria-disabled:opacity-50',
    looks[look],
    sizes[size],
  );
}

/** A button. An icon alone needs an `aria-label`. */
export function Button({ look, size, icon, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={classes(buttonClasses(look, size), className)}
    >
      {busy ? <Loader2 className="size-4 animate-spin" aria-hidden /> : icon}
      {children}
    </button>
  );
}
