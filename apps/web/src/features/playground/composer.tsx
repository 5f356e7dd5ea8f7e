import { Play } from 'lucide-react';
import { type FormEvent, useRef } from 'react';
import { FileButton, ImageDrop } from '../../media/image-drop.js';
import { UploadProblems } from '../../media/upload-problems.js';
import { playgroundStrings as text } from '../../strings/en/playground.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { focusInvalid } from '../../ui/focus-invalid.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { AddressForm } from './address-form.js';
import { JobTypePicker } from './job-type-picker.js';
import { OptionInputs } from './option-inputs.js';
import { SourceList } from './source-list.js';
import { mostSources } from './sources.js';
import type { Composing } from './use-composer.js';

/** Chooses what is done to which pictures, and starts it. */
export function Composer({ composer }: { readonly composer: Composing }) {
  const form = useRef<HTMLFormElement>(null);
  const { sources, uploads } = composer;
  const uploading = uploads.pending.length > 0;
  const start = (event: FormEvent) => {
    event.preventDefault();
    if (!composer.start()) requestAnimationFrame(() => focusInvalid(form.current));
  };
  return (
    <form ref={form} onSubmit={start} noValidate className="space-y-4">
      <JobTypePicker value={composer.type} onChoose={composer.choose} />
      <Card
        heading={text.pictures}
        actions={
          sources.length > 0 && (
            <>
              <span className="text-sm text-muted tabular-nums">{text.pictureCount(sources.length, mostSources)}</span>
              <Button size="small" look="plain" onClick={composer.clear}>
                {text.clear}
              </Button>
            </>
          )
        }
      >
        <UploadProblems uploads={uploads} className="mb-4" />
        {sources.length === 0 && !uploading ? (
          <ImageDrop onFiles={composer.addFiles} />
        ) : (
          <ImageDrop onFiles={composer.addFiles} className="space-y-3 rounded-lg">
            <SourceList sources={sources} pending={uploads.pending} onRemove={composer.remove} />
            <FileButton size="small" disabled={composer.room <= 0} onFiles={composer.addFiles}>
              {text.addMore}
            </FileButton>
          </ImageDrop>
        )}
        <div className="mt-2">
          <AddressForm room={composer.room} onAdd={composer.addAddresses} />
        </div>
      </Card>
      <Card heading={text.options}>
        <OptionInputs
          type={composer.type}
          options={composer.options}
          errors={composer.errors}
          onChange={composer.change}
        />
      </Card>
      <div className="sticky bottom-0 z-10 -mx-1 space-y-2 bg-canvas px-1 py-3">
        {composer.problem !== undefined && (
          <ProblemNotice problem={composer.problem} onRetry={composer.start} className="max-h-60 overflow-y-auto" />
        )}
        <Button
          type="submit"
          look="primary"
          className="w-full justify-center"
          busy={composer.starting}
          disabled={sources.length === 0 || uploading}
          aria-describedby="start-hint"
          icon={<Play className="size-4" aria-hidden />}
        >
          {text.start(sources.length)}
        </Button>
        <p id="start-hint" className="text-center text-sm text-muted">
          {uploading ? text.uploadsPending : sources.length === 0 ? text.needPictures : ''}
          {sources.length > 0 && !uploading && composer.type === 'background_replacement' && text.costs}
        </p>
      </div>
    </form>
  );
}
