import { Dices } from 'lucide-react';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { NumberField, SelectField, TextAreaField } from '../../ui/field.js';
import { formatSeconds } from '../../ui/format.js';
import type { ParameterName } from './draft.js';
import { faultOf, isSlider, type NumberFault, type ParameterField } from './parameter-fields.js';
import { ParameterSlider } from './parameter-slider.js';

/** Seeds that every model takes. */
const seeds = 2_147_483_647;

/** One parameter: what was set, or what it would be by itself. */
export function ParameterInput({
  field,
  value,
  planned,
  onChange,
}: {
  readonly field: ParameterField;
  readonly value: string | number | boolean | undefined;
  /** What it is in the plan. */
  readonly planned: string | number | boolean | undefined;
  readonly onChange: (value: string | number | boolean | undefined) => void;
}) {
  const label = text.parameters[field.name];
  const hint = text.parameterHints[field.name];
  const show = (each: string | number | boolean) => shown(field.name, each);
  const automatic = planned === undefined || value !== undefined ? text.automatic : text.automaticValue(show(planned));
  if (field.kind === 'text') {
    return (
      <TextAreaField
        className="sm:col-span-2"
        label={label}
        hint={hint}
        rows={2}
        maxLength={2_000}
        value={typeof value === 'string' ? value : ''}
        placeholder={typeof planned === 'string' ? planned : ''}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
      />
    );
  }
  if (field.kind === 'choice' || field.kind === 'switch') {
    const values = field.kind === 'choice' ? field.values : [true, false];
    return (
      <SelectField
        label={label}
        hint={hint}
        value={value === undefined ? '' : String(value)}
        choices={[
          { value: '', label: automatic },
          ...values.map((each) => ({ value: String(each), label: show(each) })),
        ]}
        onChoose={(chosen) => onChange(values.find((each) => String(each) === chosen))}
      />
    );
  }
  const number = typeof value === 'number' ? value : undefined;
  if (isSlider(field)) {
    return (
      <ParameterSlider
        field={field}
        label={label}
        hint={hint}
        value={number}
        planned={typeof planned === 'number' ? planned : undefined}
        onChange={onChange}
      />
    );
  }
  const fault = faultOf(field, number);
  const input = (
    <NumberField
      className="flex-1"
      label={label}
      hint={hint}
      error={fault && faultText(fault)}
      min={field.min}
      max={field.max}
      step={field.step ?? 'any'}
      placeholder={automatic}
      value={number}
      onValue={onChange}
    />
  );
  if (field.name !== 'seed') return input;
  return (
    <div className="flex items-start gap-2">
      {input}
      <Button
        size="icon"
        className="mt-6.5 size-10.5"
        aria-label={text.dice}
        title={text.dice}
        icon={<Dices className="size-4" aria-hidden />}
        onClick={() => onChange(Math.floor(Math.random() * Math.min(seeds, field.max ?? seeds)))}
      />
    </div>
  );
}

function shown(name: ParameterName, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? text.on : text.off;
  if (name === 'duration_s' && typeof value === 'number') return formatSeconds(value);
  return String(value);
}

function faultText(fault: NumberFault): string {
  return 'step' in fault ? text.multipleOf(fault.step) : text.between(fault.min, fault.max);
}
