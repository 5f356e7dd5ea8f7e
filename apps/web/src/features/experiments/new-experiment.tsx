import { type FormEvent, useRef, useState } from 'react';
import { useDraft } from '../../settings/use-draft.js';
import { experimentsStrings as text } from '../../strings/en/experiments.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { TextAreaField, TextField } from '../../ui/field.js';
import { formatPercent } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Slider } from '../../ui/slider.js';
import { toasts } from '../../ui/toasts.js';
import { useMakeExperiment } from './use-experiments.js';

const blank = { name: '', hypothesis: '', percentage: 50 };
const limits = { name: 100, hypothesis: 1_000 };
const share = (percentage: number): string => formatPercent(percentage / 100);

/** Asks what an experiment needs, and keeps what was typed until it is made. */
export function NewExperiment({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [draft, setDraft] = useDraft('experiment', blank);
  const [missing, setMissing] = useState(false);
  const nameField = useRef<HTMLInputElement>(null);
  const make = useMakeExperiment();
  const change = (changes: Partial<typeof blank>) => setDraft((before) => ({ ...before, ...changes }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const name = draft.name.trim();
    setMissing(name === '');
    if (name === '') return nameField.current?.focus();
    make.mutate(
      { name, hypothesis: draft.hypothesis.trim(), percentage: draft.percentage },
      {
        onSuccess: () => {
          toasts.done(text.created(name));
          setDraft(blank);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open={open} onClose={onClose} title={text.formTitle}>
      <form onSubmit={submit} className="space-y-4" noValidate>
        <p className="text-sm text-muted">{text.formHint}</p>
        <TextField
          ref={nameField}
          label={text.name}
          value={draft.name}
          maxLength={limits.name}
          required
          error={missing ? text.nameMissing : undefined}
          onChange={({ target }) => {
            change({ name: target.value });
            setMissing(false);
          }}
        />
        <TextAreaField
          label={text.hypothesis}
          hint={text.hypothesisHint}
          value={draft.hypothesis}
          maxLength={limits.hypothesis}
          onChange={({ target }) => change({ hypothesis: target.value })}
        />
        <div>
          <Slider
            label={text.share}
            value={draft.percentage}
            min={1}
            max={99}
            format={share}
            onChange={(percentage) => change({ percentage })}
          />
          <p className="text-sm text-muted">{text.shareHint(share(draft.percentage), share(100 - draft.percentage))}</p>
        </div>
        {make.error && <ProblemNotice problem={make.error} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={make.isPending}>
            {text.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
