import { type FormEvent, useEffect, useRef } from 'react';
import { presetEditorStrings as text } from '../../strings/en/presets.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { focusInvalid } from '../../ui/focus-invalid.js';
import { ConflictNotice } from './conflict-notice.js';
import { PresetFields } from './preset-fields.js';
import { formOf } from './preset-form.js';
import type { PresetEditing } from './use-preset-editor.js';

/** The window in which a preset is written. Closing it keeps what was typed. */
export function PresetEditor({ editor }: { readonly editor: PresetEditing }) {
  const { draft, conflict, errors, problem } = editor;
  const form = useRef<HTMLFormElement>(null);
  const told = useRef<unknown>(undefined);
  useEffect(() => {
    // Once for each refusal: typing must not move the focus.
    if (!problem || problem === told.current || Object.keys(errors).length === 0) return;
    told.current = problem;
    focusInvalid(form.current);
  }, [problem, errors]);
  if (!draft) return null;
  const save = (event: FormEvent) => {
    event.preventDefault();
    // The first field that is wrong, once it is marked.
    if (!editor.submit(draft)) requestAnimationFrame(() => focusInvalid(form.current));
  };
  return (
    <Dialog
      open={draft.open}
      onClose={editor.close}
      title={draft.editing ? text.edit(draft.original.name) : text.create}
      wide
    >
      <form ref={form} onSubmit={save} noValidate className="space-y-4">
        <PresetFields form={draft.form} isNew={!draft.editing} errors={errors} onChange={editor.change} />
        <div className="sticky -bottom-5 z-10 -mx-5 -mb-5 space-y-3 border-t border-line bg-surface px-5 py-3">
          {(conflict || problem !== undefined) && (
            <div className="max-h-[40dvh] overflow-y-auto">
              {conflict && (
                <ConflictNotice mine={draft.form} theirs={formOf(conflict.preset)} onResolve={editor.resolve} />
              )}
              {problem !== undefined && <ProblemNotice problem={problem} />}
            </div>
          )}
          <div className="flex flex-wrap items-center justify-end gap-2">
            {Object.keys(errors).length > 0 && (
              <p role="status" className="mr-auto text-sm text-danger">
                {text.fix}
              </p>
            )}
            <Button onClick={editor.close}>{text.close}</Button>
            <Button type="submit" look="primary" busy={editor.saving} disabled={conflict !== undefined}>
              {text.save}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
