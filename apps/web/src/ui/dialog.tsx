import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { uiStrings as text } from '../strings/en/ui.js';
import { Button } from './button.js';
import { classes } from './classes.js';
import { ProblemNotice } from './problem-notice.js';

const backdrop =
  'fixed inset-0 z-40 bg-black/50 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0';
const popup =
  'fixed top-1/2 left-1/2 z-50 max-h-[92dvh] w-[min(94vw,var(--dialog-width,34rem))] -translate-x-1/2 -translate-y-1/2 overflow-auto rounded-card border border-line bg-surface p-5 shadow-xl transition data-ending-style:opacity-0 data-starting-style:opacity-0';

/** A window over the page. Escape and a click outside close it; focus stays inside and returns. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  wide,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup className={classes(popup, wide && '[--dialog-width:60rem]')}>
          <div className="mb-3 flex items-start justify-between gap-3">
            <Base.Title>{title}</Base.Title>
            <Base.Close
              render={<Button look="plain" size="icon" aria-label={text.close} icon={<X className="size-4" />} />}
            />
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Asks before something that can't be undone; stays open and says why when it failed. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  description,
  confirm,
  onConfirm,
  dark = false,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: ReactNode;
  /** Names the act: “Delete 3 pictures”. */
  readonly confirm: string;
  readonly onConfirm: () => Promise<unknown>;
  /** On pages that are always dark. */
  readonly dark?: boolean;
}) {
  const [state, setState] = useState<{ busy: boolean; problem?: unknown }>({ busy: false });
  const act = async () => {
    setState({ busy: true });
    try {
      await onConfirm();
      setState({ busy: false });
      onClose();
    } catch (problem) {
      setState({ busy: false, problem });
    }
  };
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdrop} />
        <AlertDialog.Popup data-theme={dark ? 'dark' : undefined} className={classes(popup, 'text-ink')}>
          <AlertDialog.Title className="mb-1">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="text-muted">
            {description}
          </AlertDialog.Description>
          {state.problem !== undefined && <ProblemNotice problem={state.problem} className="mt-3" />}
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close render={<Button>{text.cancel}</Button>} />
            <Button look="danger" busy={state.busy} onClick={() => void act()}>
              {confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
