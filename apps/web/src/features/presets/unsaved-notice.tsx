import { PencilLine } from 'lucide-react';
import { presetsStrings as text } from '../../strings/en/presets.js';
import { Button } from '../../ui/button.js';
import { isChanged, type PresetEditing } from './use-preset-editor.js';

/** What was typed into a window that was closed: still there. */
export function UnsavedNotice({ editor }: { readonly editor: PresetEditing }) {
  const { draft } = editor;
  if (!draft || draft.open || !isChanged(draft)) return null;
  return (
    <div role="status" className="mb-4 flex flex-wrap items-center gap-3 rounded-lg bg-accent-soft px-3 py-2 text-sm">
      <PencilLine className="size-4 shrink-0 text-accent-strong" aria-hidden />
      <p className="min-w-0 flex-1">{draft.form.name ? text.unsaved(draft.form.name) : text.unsavedNew}</p>
      <Button size="small" onClick={editor.reopen}>
        {text.goOn}
      </Button>
      <Button size="small" look="plain" onClick={editor.discard}>
        {text.discard}
      </Button>
    </div>
  );
}
