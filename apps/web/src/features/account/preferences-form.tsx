import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { getV1Models, type Preferences, type PutPreferencesRequest } from '../../api/gen/api.js';
import { toProblem } from '../../api/problem.js';
import { useProviders } from '../../api/use-me.js';
import { accountStrings as text } from '../../strings/en/account.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { SelectField, TextField } from '../../ui/field.js';
import { formatName, formatProvider } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Switch } from '../../ui/switch.js';
import { toasts } from '../../ui/toasts.js';
import { type TaggedPreferences, useResetPreferences, useSavePreferences } from './use-preferences.js';

/** The preferences as they will be stored; nothing is sent before it is saved. */
export function PreferencesForm({
  tagged,
  onReload,
}: {
  readonly tagged: TaggedPreferences;
  readonly onReload: () => void;
}) {
  const { updated_at: _, ...stored } = tagged.preferences;
  const [value, setValue] = useState(stored);
  const [resetting, setResetting] = useState(false);
  const save = useSavePreferences();
  const reset = useResetPreferences();
  const set = (changes: Partial<Preferences>) => setValue((before) => ({ ...before, ...changes }));
  const changed = JSON.stringify(value) !== JSON.stringify(stored);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { changes: value as PutPreferencesRequest, entityTag: tagged.entityTag },
      { onSuccess: () => toasts.done(text.saved) },
    );
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={text.quality}
          value={value.quality ?? ''}
          choices={[
            { value: '', label: text.noPreference },
            ...(['speed', 'balanced', 'quality'] as const).map((name) => ({
              value: name,
              label: text.qualities[name],
            })),
          ]}
          onChoose={(quality) => set({ quality: (quality || null) as Preferences['quality'] })}
        />
        <ProviderField value={value.provider} onChoose={(provider) => set({ provider })} />
      </div>
      <ModelFields models={value.models} onChange={(models) => set({ models })} />
      <TextField
        label={text.negativePrompt}
        value={value.parameters.negative_prompt ?? ''}
        maxLength={2000}
        onChange={({ target }) => {
          const { negative_prompt: _before, ...rest } = value.parameters;
          set({ parameters: target.value ? { ...rest, negative_prompt: target.value } : rest });
        }}
      />
      <div className="space-y-3">
        <Choice
          label={text.aiEnabled}
          hint={text.aiHint}
          checked={value.ai_enabled}
          onChange={(on) => set({ ai_enabled: on })}
        />
        <Choice
          label={text.history}
          hint={text.historyHint}
          checked={value.suggest_from_history}
          onChange={(on) => set({ suggest_from_history: on })}
        />
      </div>
      {save.error &&
        (toProblem(save.error).status === 412 ? (
          <ProblemNotice
            problem={new Error(text.changedElsewhere)}
            actions={
              <Button size="small" onClick={onReload}>
                {text.loadNewest}
              </Button>
            }
          />
        ) : (
          <ProblemNotice problem={save.error} />
        ))}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={save.isPending} disabled={!changed}>
          {text.save}
        </Button>
        <Button disabled={!changed} onClick={() => setValue(stored)}>
          {text.discard}
        </Button>
        <Button
          look="plain"
          className="sm:ml-auto"
          disabled={tagged.preferences.updated_at === null}
          onClick={() => setResetting(true)}
        >
          {text.reset}
        </Button>
      </div>
      <ConfirmDialog
        open={resetting}
        onClose={() => setResetting(false)}
        title={text.resetTitle}
        description={text.resetDetail}
        confirm={text.reset}
        onConfirm={reset}
      />
    </form>
  );
}

function Choice({ hint, ...rest }: Parameters<typeof Switch>[0] & { readonly hint: string }) {
  return (
    <div>
      <Switch {...rest} />
      <p className="pl-12 text-sm text-muted">{hint}</p>
    </div>
  );
}

function ProviderField({
  value,
  onChoose,
}: {
  readonly value: string | null;
  readonly onChoose: (provider: string | null) => void;
}) {
  const { data } = useProviders();
  const names = new Set([...(data?.map(({ provider }) => provider) ?? []), ...(value ? [value] : [])]);
  return (
    <SelectField
      label={text.provider}
      value={value ?? ''}
      choices={[
        { value: '', label: text.noPreference },
        ...[...names].map((name) => ({ value: name, label: formatProvider(name) })),
      ]}
      onChoose={(next) => onChoose(next || null)}
    />
  );
}

/** One preferred model for each workflow that has a choice. */
function ModelFields({
  models,
  onChange,
}: {
  readonly models: Readonly<Record<string, string>>;
  readonly onChange: (models: Record<string, string>) => void;
}) {
  const { data } = useQuery({
    queryKey: ['models'],
    queryFn: ({ signal }) => getV1Models({}, { signal }),
    staleTime: 60_000,
  });
  const items = data?.items ?? [];
  const names = [...new Set([...items.flatMap(({ workflows }) => workflows), ...Object.keys(models)])].sort();
  return (
    <fieldset>
      <legend className="text-sm font-medium">{text.models}</legend>
      <p className="mb-2 text-sm text-muted">{text.modelsHint}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        {names.map((workflow) => {
          const chosen = models[workflow] ?? '';
          const fitting = items
            .filter(({ workflows: able }) => able.includes(workflow as never))
            .map(({ model_id: id }) => id);
          return (
            <SelectField
              key={workflow}
              label={formatName(workflow)}
              value={chosen}
              choices={[
                { value: '', label: text.anyModel },
                ...[...new Set([...fitting, ...(chosen ? [chosen] : [])])].map((id) => ({ value: id, label: id })),
              ]}
              onChoose={(next) => {
                const { [workflow]: _before, ...rest } = models;
                onChange(next ? { ...rest, [workflow]: next } : rest);
              }}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
