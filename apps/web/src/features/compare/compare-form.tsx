import { X } from 'lucide-react';
import type { FormEvent } from 'react';
import { FileButton, ImageDrop } from '../../media/image-drop.js';
import { useUploads } from '../../media/use-uploads.js';
import { compareStrings as text } from '../../strings/en/compare.js';
import { uiStrings } from '../../strings/en/ui.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { TextAreaField } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { type ComparedRequest, longestPrompt, mostImages } from './compared-request.js';

/** The request: words, and pictures by drop, paste or choice. Ctrl or Cmd with Enter sends it. */
export function CompareForm({
  request,
  onChange,
  busy,
  onSubmit,
}: {
  readonly request: ComparedRequest;
  readonly onChange: (next: ComparedRequest | ((before: ComparedRequest) => ComparedRequest)) => void;
  readonly busy: boolean;
  readonly onSubmit: () => void;
}) {
  const uploads = useUploads(({ url }) => onChange((before) => ({ ...before, images: [...before.images, url] })));
  const { prompt, images } = request;
  const tooLong = prompt.trim().length > longestPrompt;
  const ready = prompt.trim() !== '' && !tooLong && uploads.pending.length === 0 && !busy;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (ready) onSubmit();
  };
  const add = (files: readonly File[]) => void uploads.add(files, mostImages - images.length);
  return (
    <Card>
      <ImageDrop onFiles={add} className="rounded-lg">
        <form onSubmit={submit} className="space-y-3">
          <TextAreaField
            label={text.prompt}
            hint={text.hint}
            placeholder={text.placeholder}
            value={prompt}
            error={tooLong ? text.tooLong(longestPrompt) : undefined}
            onChange={({ target }) => onChange({ ...request, prompt: target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
            }}
          />
          {images.length > 0 && (
            <ul className="flex flex-wrap gap-2">
              {images.map((url, index) => (
                <li key={url} className="relative">
                  <img
                    src={url}
                    alt={text.image(index + 1)}
                    className="size-20 rounded-lg border border-line object-cover"
                  />
                  <Button
                    size="icon"
                    className="absolute -top-2 -right-2 size-7 rounded-full"
                    aria-label={text.removeImage(index + 1)}
                    icon={<X className="size-4" />}
                    onClick={() => onChange({ ...request, images: images.toSpliced(index, 1) })}
                  />
                </li>
              ))}
            </ul>
          )}
          {uploads.problems.map((problem) => (
            <ProblemNotice key={problem} problem={new Error(problem)} />
          ))}
          <div className="flex flex-wrap items-center justify-between gap-2">
            <FileButton disabled={images.length >= mostImages} busy={uploads.pending.length > 0} onFiles={add}>
              {uploads.pending[0] === undefined ? text.addImages : uiStrings.uploading(uploads.pending[0])}
            </FileButton>
            <Button type="submit" look="primary" busy={busy} disabled={!ready}>
              {text.submit}
            </Button>
          </div>
        </form>
      </ImageDrop>
    </Card>
  );
}
