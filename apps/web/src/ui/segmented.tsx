import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { Choice } from './field.js';

/** One of a few, all visible. */
export function Segmented<Value extends string>({
  label,
  value,
  choices,
  onChoose,
}: {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChoose: (value: Value) => void;
}) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => next !== undefined && onChoose(next as Value)}
      className="inline-flex max-w-full rounded-lg border border-line bg-raised p-0.5"
    >
      {choices.map((choice) => (
        <Toggle
          key={choice.value}
          value={choice.value}
          disabled={choice.disabled}
          className="min-h-8 rounded-md px-3 text-sm font-medium text-muted transition-colors hover:text-ink data-pressed:bg-surface data-pressed:text-ink data-pressed:shadow-sm"
        >
          {choice.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
