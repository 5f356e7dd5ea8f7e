import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Link } from 'wouter';
import { postPresetsApplyId } from '../../api/gen/api.js';
import { useDraft } from '../../settings/use-draft.js';
import { presetDetailsStrings as text, presetEditorStrings } from '../../strings/en/presets.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { TextAreaField } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { createAddress } from './preset-card.js';
import { TemplateText } from './template-text.js';

/** Puts a prompt into the preset, as a generation would, and shows what comes out. */
export function ApplyPreset({ id, template }: { readonly id: string; readonly template: string }) {
  const [prompt, setPrompt] = useDraft('preset-try', presetEditorStrings.sample);
  const queries = useQueryClient();
  const apply = useMutation({
    mutationFn: (user_prompt: string) => postPresetsApplyId(id, { user_prompt }),
    // Applying is a use.
    onSuccess: () => queries.invalidateQueries({ queryKey: ['presets'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply.mutate(prompt);
  };
  const applied = apply.data;
  return (
    <form onSubmit={submit} className="space-y-3">
      <TextAreaField
        label={text.prompt}
        hint={text.tryHint}
        rows={2}
        maxLength={2_000}
        value={prompt}
        onChange={({ target }) => setPrompt(target.value)}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={apply.isPending} disabled={prompt.trim() === ''}>
          {text.apply}
        </Button>
        <Link href={createAddress(id, prompt.trim())} className={buttonClasses('primary')}>
          {text.useInCreate}
        </Link>
      </div>
      {apply.error && <ProblemNotice problem={apply.error} onSuggestion={setPrompt} />}
      {applied && (
        <section aria-label={text.applied} aria-live="polite" className="rounded-lg bg-raised p-3 text-sm">
          <div className="mb-1 flex items-center justify-between gap-2">
            <h3 className="text-xs font-medium text-muted">{text.applied}</h3>
            <CopyButton value={applied.enhanced_prompt} label={text.copyPrompt} look="plain" />
          </div>
          <p>
            {template.includes('{prompt}') &&
            applied.enhanced_prompt === template.replace('{prompt}', () => apply.variables.trim()) ? (
              <TemplateText template={template} prompt={apply.variables.trim()} />
            ) : (
              applied.enhanced_prompt
            )}
          </p>
          {applied.negative_prompt && (
            <p className="mt-2 text-muted">
              {text.negative}: {applied.negative_prompt}
            </p>
          )}
        </section>
      )}
    </form>
  );
}
