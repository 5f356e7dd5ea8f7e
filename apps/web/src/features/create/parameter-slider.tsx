import { RotateCcw } from 'lucide-react';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { formatNumber, formatSeconds } from '../../ui/format.js';
import { Slider } from '../../ui/slider.js';
import type { ParameterField } from './parameter-fields.js';

/** A number that is dragged. Until it is touched the thumb stands where the plan has it. */
export function ParameterSlider({
  field,
  label,
  hint,
  value,
  planned,
  onChange,
}: {
  readonly field: ParameterField & { readonly kind: 'number'; readonly min: number; readonly max: number };
  readonly label: string;
  readonly hint: string | undefined;
  readonly value: number | undefined;
  readonly planned: number | undefined;
  readonly onChange: (value: number | undefined) => void;
}) {
  const format = field.name === 'duration_s' ? formatSeconds : formatNumber;
  const at = value ?? planned ?? field.min;
  const say = (number: number) => {
    if (value !== undefined) return format(number);
    return planned === undefined ? text.automatic : text.automaticValue(format(number));
  };
  return (
    <div className="flex min-w-0 items-start gap-2">
      <div className="min-w-0 flex-1">
        <Slider
          label={label}
          value={at}
          min={field.min}
          max={field.max}
          step={field.step ?? stepFor(field.max - field.min)}
          format={say}
          onChange={onChange}
        />
        {hint && <p className="text-sm text-muted">{hint}</p>}
      </div>
      {value !== undefined && (
        <Button
          look="plain"
          size="icon"
          className="-mt-1.5"
          aria-label={text.reset(label)}
          title={text.reset(label)}
          icon={<RotateCcw className="size-4" aria-hidden />}
          onClick={() => onChange(undefined)}
        />
      )}
    </div>
  );
}

/** Fine enough for a thumb. */
function stepFor(span: number): number {
  return span <= 2 ? 0.05 : span <= 30 ? 0.5 : 1;
}
