import { type FormEvent } from 'react';
import { referencesStrings as text } from '../../strings/en/references.js';
import { uiStrings } from '../../strings/en/ui.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { ReferenceFields } from './reference-fields.js';
import type { NewReference, NewReferencesState } from './use-new-references.js';

/** Pictures that were just brought: each gets a tag and is saved. */
export function NewReferences({ state }: { readonly state: NewReferencesState }) {
  const { drafts, uploads } = state;
  if (drafts.length === 0 && uploads.pending.length === 0) return null;
  return (
    <Card
      heading={text.newOnes}
      className="mb-6"
      actions={drafts.length > 1 && <Button onClick={() => void state.saveAll()}>{text.saveAll(drafts.length)}</Button>}
    >
      <p className="mb-3 text-sm text-muted">{text.newDetail}</p>
      <ul className="divide-y divide-line">
        {drafts.map((draft) => (
          <li key={draft.uploadId} className="py-4 first:pt-0 last:pb-0">
            <Row draft={draft} state={state} />
          </li>
        ))}
        {uploads.pending.map((name, at) => (
          <li key={`${name} ${at}`} className="py-3 text-sm text-muted last:pb-0" role="status">
            {uiStrings.uploading(name)}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Row({ draft, state }: { readonly draft: NewReference; readonly state: NewReferencesState }) {
  const error = state.errorOf(draft);
  const problem = state.problemOf(draft.uploadId);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (error === undefined) void state.save(draft);
  };
  return (
    <form onSubmit={save} className="flex flex-wrap gap-4 sm:flex-nowrap">
      <img
        src={draft.url}
        alt={text.picture(draft.tag)}
        className="size-24 shrink-0 rounded-lg bg-raised object-cover"
      />
      <div className="min-w-0 flex-1 basis-64 space-y-3">
        <ReferenceFields form={draft} tagError={error} onChange={(form) => state.change(draft.uploadId, form)} />
        {problem !== undefined && <ProblemNotice problem={problem} />}
        <div className="flex gap-2">
          <Button
            type="submit"
            size="small"
            look="primary"
            busy={state.isSaving(draft.uploadId)}
            disabled={error !== undefined}
          >
            {text.save}
          </Button>
          <Button
            size="small"
            look="plain"
            aria-label={text.discardNew(draft.tag)}
            onClick={() => state.discard(draft.uploadId)}
          >
            {text.discard}
          </Button>
        </div>
      </div>
    </form>
  );
}
