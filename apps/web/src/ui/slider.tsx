import { Slider as Base } from '@base-ui/react/slider';
import { type ReactNode, useId } from 'react';

/** A number in a range, with its value shown. `onCommit` is called once, when the thumb is let go. */
export function Slider({
  label,
  value,
  min,
  max,
  step = 1,
  format = String,
  onChange,
  onCommit,
  disabled,
}: {
  readonly label: ReactNode;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly format?: (value: number) => string;
  readonly onChange: (value: number) => void;
  readonly onCommit?: (value: number) => void;
  readonly disabled?: boolean;
}) {
  const id = useId();
  return (
    <Base.Root
      value={value}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      onValueChange={(next) => onChange(next)}
      onValueCommitted={(next) => onCommit?.(next)}
      className="grid w-full grid-cols-[1fr_auto] gap-y-1.5"
    >
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      <output className="text-sm tabular-nums text-muted">{format(value)}</output>
      <Base.Control className="col-span-2 flex h-5 touch-none items-center">
        <Base.Track className="h-1.5 w-full rounded-full bg-line">
          <Base.Indicator className="rounded-full bg-accent" />
          <Base.Thumb
            aria-labelledby={id}
            getAriaValueText={(_, current) => format(current)}
            className="size-4.5 rounded-full border-2 border-surface bg-accent shadow has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          />
        </Base.Track>
      </Base.Control>
    </Base.Root>
  );
}
