import { GitCompare } from 'lucide-react';
import { presetEditorStrings as text } from '../../strings/en/presets.js';
import { Button } from '../../ui/button.js';
import { formatName } from '../../ui/format.js';
import { differences, type PresetForm } from './preset-form.js';

/** Somebody saved the preset meanwhile: what differs, and whose shall stand. */
export function ConflictNotice({
  mine,
  theirs,
  onResolve,
}: {
  readonly mine: PresetForm;
  readonly theirs: PresetForm;
  readonly onResolve: (how: 'mine' | 'theirs') => void;
}) {
  const differing = differences(mine, theirs);
  return (
    <div role="alert" className="flex gap-3 rounded-lg bg-warning-soft p-3 text-sm">
      <GitCompare className="mt-0.5 size-4 shrink-0 text-warning" aria-hidden />
      <div className="min-w-0 flex-1 space-y-2">
        <p className="font-medium">{text.conflictTitle}</p>
        <p>{differing.length > 0 ? text.conflictDetail : text.conflictSame}</p>
        {differing.length > 0 && (
          <dl className="space-y-2">
            {differing.map((difference) => (
              <div key={difference.field}>
                <dt className="font-medium">
                  {(text.fields as Record<string, string>)[difference.field] ?? formatName(difference.field)}
                </dt>
                <dd className="break-words">
                  <span className="text-muted">{text.theirs}: </span>
                  {difference.theirs || text.nothing}
                </dd>
                <dd className="break-words">
                  <span className="text-muted">{text.mine}: </span>
                  {difference.mine || text.nothing}
                </dd>
              </div>
            ))}
          </dl>
        )}
        <div className="flex flex-wrap gap-2">
          <Button size="small" onClick={() => onResolve('mine')}>
            {text.keepMine}
          </Button>
          <Button size="small" onClick={() => onResolve('theirs')}>
            {text.takeTheirs}
          </Button>
        </div>
      </div>
    </div>
  );
}
