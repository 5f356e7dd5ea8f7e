import { RotateCcw } from 'lucide-react';
import type { GenerationParameters } from '../../api/gen/api.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { SelectField } from '../../ui/field.js';
import { formatName } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import type { Draft, ParameterName, Workflow } from './draft.js';
import { ModelChoice } from './model-choice.js';
import { parameterFields } from './parameter-fields.js';
import { ParameterInput } from './parameter-input.js';
import { useModels } from './use-catalogue.js';

const workflows: readonly Workflow[] = [
  'image_generation',
  'image_editing',
  'image_enhancement',
  'reference_styling',
  'hair_styling',
  'style_transfer',
  'video_generation',
  'text_to_video',
  'image_to_video',
];

/** What can be decided by hand: workflow, provider, model, and of the parameters only those that the model honours. */
export function AdvancedPanel({
  draft,
  planned,
  onChange,
}: {
  readonly draft: Draft;
  /** What the plan chose, for what is left to it. */
  readonly planned: { readonly modelId: string; readonly parameters: GenerationParameters } | undefined;
  readonly onChange: (changes: Partial<Draft>) => void;
}) {
  const models = useModels();
  const shown = draft.modelId ?? planned?.modelId;
  const setParameter = (name: ParameterName, value: unknown) =>
    onChange({ parameters: withParameter(draft.parameters, name, value) });
  return (
    <div className="space-y-5 rounded-lg bg-canvas p-3 sm:p-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField<Workflow | ''>
          label={text.workflow}
          value={draft.workflow ?? ''}
          choices={[
            { value: '', label: text.anyWorkflow },
            ...workflows.map((value) => ({ value, label: formatName(value) })),
          ]}
          onChoose={(value) => onChange({ workflow: value === '' ? null : value })}
        />
        <ModelChoice draft={draft} onChange={onChange} />
      </div>
      <Loaded query={models}>
        {(all) => {
          const model = all.find(({ model_id: id, aliases }) => id === shown || aliases.includes(shown ?? ''));
          if (!model) return <p className="text-sm text-muted">{text.parametersLater}</p>;
          const fields = parameterFields(model);
          const unused = Object.keys(draft.parameters).filter((name) => !fields.some((field) => field.name === name));
          return (
            <div className="space-y-3">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <h3>{text.parametersOf(model.display_name)}</h3>
                {Object.keys(draft.parameters).length > 0 && (
                  <Button
                    size="small"
                    look="plain"
                    icon={<RotateCcw className="size-4" aria-hidden />}
                    onClick={() => onChange({ parameters: {} })}
                  >
                    {text.resetAll}
                  </Button>
                )}
              </div>
              {fields.length === 0 && <p className="text-sm text-muted">{text.noParameters}</p>}
              <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
                {fields.map((field) => (
                  <ParameterInput
                    key={field.name}
                    field={field}
                    value={draft.parameters[field.name]}
                    planned={planned?.modelId === model.model_id ? planned.parameters[field.name] : undefined}
                    onChange={(value) => setParameter(field.name, value)}
                  />
                ))}
              </div>
              {unused.length > 0 && (
                <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
                  {text.unused(model.display_name)}
                  {unused.map((name) => (
                    <Button
                      key={name}
                      size="small"
                      aria-label={text.reset(text.parameters[name as ParameterName])}
                      onClick={() => setParameter(name as ParameterName, undefined)}
                    >
                      {text.parameters[name as ParameterName]} ×
                    </Button>
                  ))}
                </p>
              )}
            </div>
          );
        }}
      </Loaded>
    </div>
  );
}

/** Width and height say the same as a ratio: one takes the place of the other. */
const shapes: Partial<Record<ParameterName, readonly ParameterName[]>> = {
  aspect_ratio: ['width', 'height'],
  width: ['aspect_ratio'],
  height: ['aspect_ratio'],
};

function withParameter(parameters: Draft['parameters'], name: ParameterName, value: unknown): Draft['parameters'] {
  const replaced = [name, ...(value === undefined ? [] : (shapes[name] ?? []))] as string[];
  const kept = Object.entries(parameters).filter(([other]) => !replaced.includes(other));
  return Object.fromEntries([...kept, ...(value === undefined ? [] : [[name, value]])]) as Draft['parameters'];
}
