import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

/** A part of a page that can be folded away. */
export function Disclosure({
  label,
  open,
  onToggle,
  children,
}: {
  readonly label: ReactNode;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <Collapsible.Root open={open} onOpenChange={(next) => onToggle(next)}>
      <Collapsible.Trigger className="group flex min-h-9 items-center gap-1.5 rounded-md text-sm font-medium">
        <ChevronRight className="size-4 transition-transform group-data-panel-open:rotate-90" aria-hidden />
        {label}
      </Collapsible.Trigger>
      <Collapsible.Panel className="pt-2">{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
