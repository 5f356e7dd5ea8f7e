import type { Reference } from '../../api/gen/api.js';
import { referencesStrings as text } from '../../strings/en/references.js';
import { SelectField, TextField } from '../../ui/field.js';

/** What is typed about a picture. */
export interface ReferenceForm {
  readonly tag: string;
  readonly name: string;
  /** Empty: found out for each prompt. */
  readonly role: NonNullable<Reference['role']> | '';
}

const roles = (['', 'person', 'garment', 'scene', 'style'] as const).map((value) => ({
  value,
  label: text.roles[value],
}));

export function ReferenceFields({
  form,
  tagError,
  onChange,
}: {
  readonly form: ReferenceForm;
  readonly tagError: string | undefined;
  readonly onChange: (form: ReferenceForm) => void;
}) {
  return (
    <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-3">
      <TextField
        label={text.tag}
        hint={text.tagHint}
        error={tagError}
        value={form.tag}
        maxLength={51}
        required
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={({ target }) => onChange({ ...form, tag: target.value.replace(/^@/, '') })}
      />
      <TextField
        label={text.name}
        placeholder={text.namePlaceholder}
        value={form.name}
        maxLength={100}
        onChange={({ target }) => onChange({ ...form, name: target.value })}
      />
      <SelectField
        label={text.role}
        value={form.role}
        choices={roles}
        onChoose={(role) => onChange({ ...form, role })}
      />
    </div>
  );
}
