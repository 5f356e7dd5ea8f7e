import { type FormEvent, useState } from 'react';
import type { Generation, RefineGeneration } from '../api/gen/api.js';
import { useDraft } from '../settings/use-draft.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { TextAreaField } from '../ui/field.js';
import { formatPercent } from '../ui/format.js';
import { ProblemNotice } from '../ui/problem-notice.js';
import { Slider } from '../ui/slider.js';
import { Switch } from '../ui/switch.js';

const longestPrompt = 2_000;
const usualStrength = 0.6;

/** Asks what should change in a picture. What was typed is kept until it was accepted. */
export function RefineDialog({
  generation,
  onClose,
  onRefine,
}: {
  readonly generation: Generation;
  readonly onClose: () => void;
  readonly onRefine: (change: RefineGeneration) => Promise<unknown>;
}) {
  const [prompt, setPrompt] = useDraft(`refine-${generation.id}`, '');
  const [strength, setStrength] = useState<number>();
  const [state, setState] = useState<{ readonly busy: boolean; readonly problem?: unknown }>({ busy: false });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setState({ busy: true });
    try {
      await onRefine({ prompt: prompt.trim(), ...(strength === undefined ? {} : { strength }) });
      setPrompt('');
      onClose();
    } catch (problem) {
      setState({ busy: false, problem });
    }
  };
  return (
    <Dialog open onClose={onClose} title={text.refineTitle}>
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <TextAreaField
          label={text.refinePrompt}
          hint={text.refineHint}
          placeholder={text.refinePlaceholder}
          value={prompt}
          maxLength={longestPrompt}
          required
          autoFocus
          onChange={({ target }) => setPrompt(target.value)}
        />
        <div className="space-y-2">
          <Switch
            label={text.strengthAuto}
            checked={strength === undefined}
            onChange={(auto) => setStrength(auto ? undefined : usualStrength)}
          />
          {strength !== undefined && (
            <>
              <Slider
                label={text.strength}
                value={strength}
                min={0}
                max={1}
                step={0.05}
                format={(value) => formatPercent(value)}
                onChange={setStrength}
              />
              <p className="text-sm text-muted">{text.strengthHint}</p>
            </>
          )}
        </div>
        {state.problem !== undefined && <ProblemNotice problem={state.problem} onSuggestion={setPrompt} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={state.busy} disabled={prompt.trim() === ''}>
            {text.refine}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
