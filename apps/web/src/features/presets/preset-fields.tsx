import { type Ref, useRef } from 'react';
import { presetEditorStrings as text, presetsStrings } from '../../strings/en/presets.js';
import { Button } from '../../ui/button.js';
import { SelectField, TextAreaField, TextField } from '../../ui/field.js';
import { ParameterInputs } from './parameter-inputs.js';
import { type FieldErrors, idFrom, type PresetForm, promptPlaceholder } from './preset-form.js';
import { TemplateText } from './template-text.js';

const categories = (['image', 'video'] as const).map((value) => ({ value, label: presetsStrings[value] }));
const visibilities = (['private', 'shared'] as const).map((value) => ({ value, label: text.visibilities[value] }));

/** All that a preset consists of. The id of a new one follows its name until it is typed. */
export function PresetFields({
  form,
  isNew,
  errors,
  onChange,
  nameRef,
}: {
  readonly form: PresetForm;
  readonly isNew: boolean;
  readonly errors: FieldErrors;
  readonly onChange: (form: PresetForm) => void;
  readonly nameRef?: Ref<HTMLInputElement>;
}) {
  const template = useRef<HTMLTextAreaElement>(null);
  const rename = (name: string) => {
    const follows = isNew && (form.id === '' || form.id === idFrom(form.name));
    onChange({ ...form, name, ...(follows ? { id: idFrom(name) } : {}) });
  };
  const insert = () => {
    const { selectionStart: start = 0, selectionEnd: end = 0 } = template.current ?? {};
    const { prompt_template: before } = form;
    onChange({ ...form, prompt_template: before.slice(0, start) + promptPlaceholder + before.slice(end) });
    template.current?.focus();
  };
  const hasPlace = form.prompt_template.includes(promptPlaceholder);
  return (
    <div className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          {...(nameRef ? { ref: nameRef } : {})}
          label={text.name}
          error={errors['name']}
          value={form.name}
          maxLength={100}
          required
          onChange={({ target }) => rename(target.value)}
        />
        <TextField
          label={text.id}
          hint={isNew ? text.idHint : text.idFixed}
          error={errors['id']}
          value={form.id}
          maxLength={64}
          required
          spellCheck={false}
          autoCapitalize="off"
          disabled={!isNew}
          onChange={({ target }) => onChange({ ...form, id: target.value })}
        />
        <SelectField
          label={text.category}
          error={errors['category']}
          value={form.category}
          choices={categories}
          onChoose={(category) => onChange({ ...form, category })}
        />
        <SelectField
          label={text.visibility}
          error={errors['visibility']}
          value={form.visibility}
          choices={visibilities}
          onChoose={(visibility) => onChange({ ...form, visibility })}
        />
      </div>
      <div>
        <TextAreaField
          ref={template}
          label={text.template}
          hint={text.templateHint}
          error={errors['prompt_template']}
          value={form.prompt_template}
          required
          onChange={({ target }) => onChange({ ...form, prompt_template: target.value })}
        />
        {!hasPlace && (
          <Button size="small" className="mt-2" onClick={insert}>
            {text.insert}
          </Button>
        )}
      </div>
      {hasPlace && (
        <div className="rounded-lg bg-raised p-3 text-sm">
          <p className="mb-1 text-xs font-medium text-muted">{text.preview}</p>
          <TemplateText template={form.prompt_template} prompt={text.sample} />
        </div>
      )}
      <TextAreaField
        label={text.negative}
        hint={text.negativeHint}
        error={errors['negative_prompt']}
        rows={2}
        value={form.negative_prompt}
        onChange={({ target }) => onChange({ ...form, negative_prompt: target.value })}
      />
      <ParameterInputs form={form} errors={errors} onChange={(parameters) => onChange({ ...form, parameters })} />
    </div>
  );
}
