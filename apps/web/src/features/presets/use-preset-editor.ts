import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postPresets, type Preset, putPresetsId } from '../../api/gen/api.js';
import { toProblem } from '../../api/problem.js';
import { useDraft } from '../../settings/use-draft.js';
import { presetsStrings } from '../../strings/en/presets.js';
import { toasts } from '../../ui/toasts.js';
import { checkForm, copyOf, emptyForm, type FieldErrors, formOf, type PresetForm, toRequest } from './preset-form.js';
import { readPreset, type TaggedPreset } from './use-presets.js';

/** What is being written; it survives a closed window, a reload and a lost sign-in until it is saved or discarded. */
export interface EditorDraft {
  readonly open: boolean;
  /** Absent for a new preset. */
  readonly editing?: { readonly id: string; readonly etag: string | undefined };
  readonly form: PresetForm;
  /** What it began as. */
  readonly original: PresetForm;
}

export function usePresetEditor() {
  const queries = useQueryClient();
  const [draft, setDraft] = useDraft<EditorDraft | null>('preset-editor', null);
  const [shownErrors, setShownErrors] = useState<FieldErrors>({});
  const [conflict, setConflict] = useState<TaggedPreset>();

  const save = useMutation({
    mutationFn: async ({ form, editing }: EditorDraft): Promise<Preset> => {
      if (!editing) return postPresets(toRequest(form));
      const { etag } = editing;
      return putPresetsId(editing.id, toRequest(form), etag === undefined ? {} : { ifMatch: etag });
    },
    onSuccess: async ({ name }) => {
      end();
      toasts.done(presetsStrings.saved(name));
      await queries.invalidateQueries({ queryKey: ['presets'] });
    },
    onError: async (thrown, { editing }) => {
      const problem = toProblem(thrown);
      setShownErrors(Object.fromEntries((problem.errors ?? []).map(({ field, message }) => [field, message])));
      if (problem.status === 412 && editing) setConflict(await readPreset(editing.id).catch(() => undefined));
    },
  });

  const end = () => {
    setDraft(null);
    setShownErrors({});
    setConflict(undefined);
  };
  const begin = (form: PresetForm, editing?: EditorDraft['editing']) => {
    if (draft && isChanged(draft)) {
      // One at a time: what was typed comes first.
      setDraft({ ...draft, open: true });
      if (draft.editing?.id !== editing?.id || editing === undefined) toasts.done(presetsStrings.anotherOpen);
      return;
    }
    save.reset();
    setShownErrors({});
    setConflict(undefined);
    setDraft({ open: true, form, original: form, ...(editing ? { editing } : {}) });
  };
  const submit = (sent: EditorDraft) => {
    const errors = checkForm(sent.form);
    setShownErrors(errors);
    if (Object.keys(errors).length === 0) save.mutate(sent);
    return Object.keys(errors).length === 0;
  };

  return {
    draft,
    errors: shownErrors,
    conflict,
    saving: save.isPending,
    /** Why it was not saved; a conflict is shown in its own way. */
    problem: conflict ? undefined : (save.error ?? undefined),
    create: () => begin(emptyForm),
    duplicate: (preset: Preset) => begin(copyOf(preset, presetsStrings.copyOf(preset.name))),
    /** Rejects when the preset can't be read. */
    edit: async ({ id }: Preset) => {
      const { preset, etag } = await readPreset(id);
      begin(formOf(preset), { id, etag });
    },
    change: (form: PresetForm) => {
      setDraft((before) => before && { ...before, form });
      // What was wrong is judged anew as it is typed; what the server said stands until the next try.
      if (Object.keys(shownErrors).length > 0) setShownErrors(checkForm(form));
    },
    submit,
    resolve: (how: 'mine' | 'theirs') => {
      if (!conflict || !draft) return;
      const editing = { id: conflict.preset.id, etag: conflict.etag };
      const theirs = formOf(conflict.preset);
      setConflict(undefined);
      save.reset();
      if (how === 'theirs') setDraft({ ...draft, editing, form: theirs, original: theirs });
      else submit({ ...draft, editing });
    },
    reopen: () => setDraft((before) => before && { ...before, open: true }),
    /** Closes the window. What was changed is kept. */
    close: () => (draft && isChanged(draft) ? setDraft({ ...draft, open: false }) : end()),
    discard: end,
  };
}

export type PresetEditing = ReturnType<typeof usePresetEditor>;

/** True when something would be lost. */
export function isChanged({ form, original }: EditorDraft): boolean {
  return JSON.stringify(form) !== JSON.stringify(original);
}
