import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';

/** A small window beside what opens it. `trigger` is a button. */
export function Popover({
  trigger,
  title,
  open,
  onOpenChange,
  align,
  children,
}: {
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly title: string;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  /** Which edges stand in one line with the trigger's; its middle when absent. */
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
}) {
  return (
    <Base.Root {...(open === undefined ? {} : { open })} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} {...(align ? { align } : {})} className="z-50">
          <Base.Popup className="max-h-[min(28rem,80dvh)] w-[min(94vw,24rem)] overflow-auto rounded-card border border-line bg-surface p-4 shadow-xl">
            <Base.Title className="mb-2">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
