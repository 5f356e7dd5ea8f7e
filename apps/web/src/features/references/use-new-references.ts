import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postV1References } from '../../api/gen/api.js';
import { toProblem } from '../../api/problem.js';
import { useUploads } from '../../media/use-uploads.js';
import { useDraft } from '../../settings/use-draft.js';
import { referencesStrings as text } from '../../strings/en/references.js';
import { toasts } from '../../ui/toasts.js';
import type { ReferenceForm } from './reference-fields.js';
import { suggestTag, tagKey, tagProblem } from './reference-tag.js';

/** A picture that was uploaded and has no tag yet. */
export interface NewReference extends ReferenceForm {
  readonly uploadId: string;
  readonly url: string;
}

/** Pictures on their way to become references; what was typed about them survives a reload. */
export function useNewReferences(taken: readonly string[]) {
  const queries = useQueryClient();
  const [drafts, setDrafts] = useDraft<readonly NewReference[]>('references-new', []);
  const [saving, setSaving] = useState<readonly string[]>([]);
  const [problems, setProblems] = useState<Readonly<Record<string, unknown>>>({});
  const uploads = useUploads(({ id, url, name }) =>
    setDrafts((before) => [
      ...before,
      { uploadId: id, url, tag: suggestTag(name, [...taken, ...before.map(({ tag }) => tag)]), name: '', role: '' },
    ]),
  );

  const discard = (uploadId: string) => setDrafts((before) => before.filter((draft) => draft.uploadId !== uploadId));
  const errorOf = (draft: NewReference): string | undefined => {
    const wrong = tagProblem(draft.tag, taken);
    const twice = drafts.find(({ tag }) => tagKey(tag) === tagKey(draft.tag)) !== draft;
    return wrong ?? (twice ? text.errors.twice : undefined);
  };
  const save = async (draft: NewReference) => {
    const { uploadId, tag, name, role } = draft;
    setSaving((before) => [...before, uploadId]);
    setProblems(({ [uploadId]: _solved, ...rest }) => rest);
    try {
      await postV1References({
        tag,
        upload_id: uploadId,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(role === '' ? {} : { role }),
      });
      discard(uploadId);
      toasts.done(text.saved(tag));
      await queries.invalidateQueries({ queryKey: ['references'] });
    } catch (problem) {
      setProblems((before) => ({ ...before, [uploadId]: problem }));
      // Another window may have taken the tag.
      if (toProblem(problem).status === 409) await queries.invalidateQueries({ queryKey: ['references'] });
    } finally {
      setSaving((before) => before.filter((id) => id !== uploadId));
    }
  };

  return {
    drafts,
    uploads,
    isSaving: (uploadId: string) => saving.includes(uploadId),
    problemOf: (uploadId: string): unknown => problems[uploadId],
    errorOf,
    change: (uploadId: string, form: ReferenceForm) =>
      setDrafts((before) => before.map((draft) => (draft.uploadId === uploadId ? { ...draft, ...form } : draft))),
    discard,
    save,
    saveAll: async () => {
      for (const draft of drafts) if (errorOf(draft) === undefined) await save(draft);
    },
  };
}

export type NewReferencesState = ReturnType<typeof useNewReferences>;
