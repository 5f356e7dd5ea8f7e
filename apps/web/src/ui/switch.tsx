import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';

/** On or off, with its label beside it. */
export function Switch({
  label,
  checked,
  onChange,
  disabled,
}: {
  readonly label: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean | undefined;
}) {
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2">
      <Base.Root
        aria-labelledby={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next)}
        disabled={disabled}
        className="relative inline-flex h-6 w-10 shrink-0 items-center rounded-full border border-control bg-raised transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="block size-4 translate-x-1 rounded-full bg-control transition-transform data-checked:translate-x-[1.15rem] data-checked:bg-on-accent" />
      </Base.Root>
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
    </span>
  );
}
