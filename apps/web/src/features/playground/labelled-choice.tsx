import type { Choice } from '../../ui/field.js';
import { Segmented } from '../../ui/segmented.js';

/** A few choices with their label above, as the other fields have it. */
export function LabelledChoice<Value extends string>({
  label,
  labels,
  value,
  onChoose,
}: {
  readonly label: string;
  /** By value, in the order in which they are offered. */
  readonly labels: Readonly<Record<Value, string>>;
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}) {
  const choices = Object.entries(labels).map(([choice, name]) => ({ value: choice, label: name }) as Choice<Value>);
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <span aria-hidden className="text-sm font-medium">
        {label}
      </span>
      <Segmented label={label} value={value} choices={choices} onChoose={onChoose} />
    </div>
  );
}
