import { presetEditorStrings as text } from '../../strings/en/presets.js';
import { NumberField, SelectField, TextField } from '../../ui/field.js';
import { fieldsFor, type ParameterField, withParameter } from './parameter-fields.js';
import type { FieldErrors, PresetForm } from './preset-form.js';
import type { PresetParameters } from './preset-parameters.js';

/** The parameters of the kind of preset, each by the control that fits it. */
export function ParameterInputs({
  form,
  errors,
  onChange,
}: {
  readonly form: PresetForm;
  readonly errors: FieldErrors;
  readonly onChange: (parameters: PresetParameters) => void;
}) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">{text.parameters}</legend>
      <p className="mb-2 text-sm text-muted">{text.parametersHint}</p>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {fieldsFor(form.category, form.parameters).map((field) => (
          <Input
            key={field.name}
            field={field}
            value={form.parameters[field.name]}
            error={errors[`parameters.${field.name}`]}
            onValue={(value) => onChange(withParameter(form.parameters, field.name, value))}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Input({
  field,
  value,
  error,
  onValue,
}: {
  readonly field: ParameterField;
  readonly value: unknown;
  readonly error: string | undefined;
  readonly onValue: (value: unknown) => void;
}) {
  const label = text.fields[field.name];
  const unset = { value: '', label: text.unset };
  if (field.kind === 'number')
    return (
      <NumberField
        label={label}
        error={error}
        step={field.step ?? 'any'}
        value={typeof value === 'number' ? value : undefined}
        onValue={onValue}
      />
    );
  if (field.kind === 'text')
    return (
      <TextField
        label={label}
        error={error}
        maxLength={40}
        placeholder={field.name === 'aspect_ratio' ? '16:9' : undefined}
        value={typeof value === 'string' ? value : ''}
        onChange={({ target }) => onValue(target.value.trim())}
      />
    );
  if (field.kind === 'flag')
    return (
      <SelectField
        label={label}
        error={error}
        value={value === undefined ? '' : String(value)}
        choices={[unset, { value: 'true', label: text.yes }, { value: 'false', label: text.no }]}
        onChoose={(chosen) => onValue(chosen === '' ? undefined : chosen === 'true')}
      />
    );
  return (
    <SelectField
      label={label}
      error={error}
      value={typeof value === 'string' ? value : ''}
      choices={[unset, ...(field.choices ?? []).map((choice) => ({ value: choice, label: choice.toUpperCase() }))]}
      onChoose={onValue}
    />
  );
}
