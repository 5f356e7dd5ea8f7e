import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { classes } from './classes.js';

export const controlClasses =
  'w-full rounded-lg border border-control bg-surface px-3 py-2 text-ink disabled:opacity-60 aria-[invalid=true]:border-danger';

interface FieldText {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with the value, in a sentence. */
  readonly error?: string | undefined;
  /** The label is for screen readers only. */
  readonly hideLabel?: boolean;
}

/** Label, hint and error around one control, connected for assistive technology. */
function Field({
  label,
  hint,
  error,
  hideLabel,
  className,
  children,
}: FieldText & {
  readonly className?: string | undefined;
  readonly children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={classes('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': true } : {}),
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...input
}: FieldText & InputHTMLAttributes<HTMLInputElement> & { readonly ref?: Ref<HTMLInputElement> }) {
  return (
    <Field {...{ label, hint, error, hideLabel, className }}>
      {(ids) => <input type="text" {...input} {...ids} className={controlClasses} />}
    </Field>
  );
}

export function TextAreaField({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...input
}: FieldText & TextareaHTMLAttributes<HTMLTextAreaElement> & { readonly ref?: Ref<HTMLTextAreaElement> }) {
  return (
    <Field {...{ label, hint, error, hideLabel, className }}>
      {(ids) => <textarea rows={3} {...input} {...ids} className={controlClasses} />}
    </Field>
  );
}

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  readonly disabled?: boolean;
  /** Choices of one group stand together under its name. */
  readonly group?: string;
}

/** A native select: quick with keyboard, screen reader and on phones. */
export function SelectField<Value extends string>({
  label,
  hint,
  error,
  hideLabel,
  className,
  choices,
  onChoose,
  ...select
}: FieldText &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> & {
    readonly choices: readonly Choice<Value>[];
    readonly value: Value;
    readonly onChoose: (value: Value) => void;
  }) {
  return (
    <Field {...{ label, hint, error, hideLabel, className }}>
      {(ids) => (
        <select
          {...select}
          {...ids}
          className={classes(controlClasses, 'pr-8')}
          onChange={({ target }) => onChoose(target.value as Value)}
        >
          {[...Map.groupBy(choices, ({ group = '' }) => group)].map(([group, members]) =>
            group === '' ? (
              <Options key={group} choices={members} />
            ) : (
              <optgroup key={group} label={group}>
                <Options choices={members} />
              </optgroup>
            ),
          )}
        </select>
      )}
    </Field>
  );
}

function Options({ choices }: { readonly choices: readonly Choice[] }) {
  return choices.map((choice) => (
    <option key={choice.value} value={choice.value} disabled={choice.disabled}>
      {choice.label}
    </option>
  ));
}

/** A number or nothing; what is not a number is kept as typed and never passed on. */
export function NumberField({
  value,
  onValue,
  ...rest
}: Omit<Parameters<typeof TextField>[0], 'value' | 'onChange' | 'type'> & {
  readonly value: number | undefined;
  readonly onValue: (value: number | undefined) => void;
}) {
  return (
    <TextField
      inputMode="decimal"
      {...rest}
      type="number"
      value={value ?? ''}
      onChange={({ target }) =>
        onValue(target.value === '' || Number.isNaN(target.valueAsNumber) ? undefined : target.valueAsNumber)
      }
    />
  );
}
