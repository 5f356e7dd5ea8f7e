import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { patchV1ReferencesTag, putV1ReferencesTag, type Reference } from '../../api/gen/api.js';
import { FileButton } from '../../media/image-drop.js';
import { refusalOf, type UploadedImage, uploadImage } from '../../media/use-uploads.js';
import { referencesStrings as text } from '../../strings/en/references.js';
import { uiStrings } from '../../strings/en/ui.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { toasts } from '../../ui/toasts.js';
import { ReferenceFields, type ReferenceForm } from './reference-fields.js';
import { tagKey, tagProblem } from './reference-tag.js';

/** What is being changed; kept by the page, so that a reload loses nothing. */
export interface ReferenceEdit {
  readonly reference: Reference;
  readonly form: ReferenceForm;
  readonly image?: UploadedImage;
}

export function editOf(reference: Reference): ReferenceEdit {
  const { tag, name, role } = reference;
  // A name that is the tag was never given: it goes along when the tag changes.
  return { reference, form: { tag, name: name === tag ? '' : name, role: role ?? '' } };
}

/** Changes tag, name, role and picture of a reference. */
export function ReferenceEditor({
  edit,
  taken,
  onChange,
  onClose,
}: {
  readonly edit: ReferenceEdit;
  /** All tags, its own as well. */
  readonly taken: readonly string[];
  readonly onChange: (edit: ReferenceEdit) => void;
  readonly onClose: () => void;
}) {
  const { reference, form, image } = edit;
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<string>();
  const others = taken.filter((tag) => tagKey(tag) !== tagKey(reference.tag));
  const error = tagProblem(form.tag, others);
  const upload = useMutation({
    mutationFn: (file: File) => uploadImage(file),
    onSuccess: (uploaded) => onChange({ ...edit, image: uploaded }),
  });
  const save = useMutation({
    mutationFn: async () => {
      // The picture first: if the tag is refused then, saving again repeats nothing but that.
      if (image) await putV1ReferencesTag(reference.tag, { upload_id: image.id });
      const role = form.role === '' ? null : form.role;
      return patchV1ReferencesTag(reference.tag, { tag: form.tag, name: form.name.trim() || form.tag, role });
    },
    onSuccess: ({ tag }) => {
      onClose();
      toasts.done(text.changed(tag));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['references'] }),
  });
  const replace = ([file]: readonly File[]) => {
    if (!file) return;
    setRefusal(refusalOf(file));
    if (refusalOf(file) === undefined) upload.mutate(file);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (error === undefined) save.mutate();
  };
  const shown = image?.url ?? reference.image_url;
  return (
    <Dialog open onClose={onClose} title={text.editTitle(reference.tag)} wide>
      <form onSubmit={submit} className="space-y-4">
        <div className="flex flex-wrap items-end gap-3">
          {shown ? (
            <img
              src={shown}
              alt={image ? text.newPicture : text.picture(reference.tag)}
              className="max-h-48 max-w-full rounded-lg bg-raised"
            />
          ) : (
            <p className="text-sm text-muted">{text.gone}</p>
          )}
          <FileButton multiple={false} size="small" busy={upload.isPending} onFiles={replace}>
            {text.replace}
          </FileButton>
        </div>
        {refusal && (
          <p role="alert" className="text-sm text-danger">
            {refusal}
          </p>
        )}
        {upload.error && <ProblemNotice problem={upload.error} />}
        <ReferenceFields form={form} tagError={error} onChange={(next) => onChange({ ...edit, form: next })} />
        {save.error && <ProblemNotice problem={save.error} onRetry={() => save.mutate()} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{uiStrings.cancel}</Button>
          <Button type="submit" look="primary" busy={save.isPending} disabled={error !== undefined || upload.isPending}>
            {text.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
