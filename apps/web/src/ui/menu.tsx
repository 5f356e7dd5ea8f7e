import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';

export interface MenuEntry {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onChoose: () => void;
  readonly disabled?: boolean;
  readonly danger?: boolean;
}

/** Acts behind one button. `trigger` is a button. */
export function Menu({
  trigger,
  entries,
}: {
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly entries: readonly MenuEntry[];
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50">
          <Base.Popup className="min-w-44 rounded-lg border border-line bg-surface p-1 shadow-xl">
            {entries.map((entry) => (
              <Base.Item
                key={entry.label}
                disabled={entry.disabled}
                onClick={entry.onChoose}
                className={`flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2.5 text-sm data-disabled:opacity-50 data-highlighted:bg-raised [&_svg]:size-4 ${entry.danger ? 'text-danger' : ''}`}
              >
                {entry.icon}
                {entry.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
