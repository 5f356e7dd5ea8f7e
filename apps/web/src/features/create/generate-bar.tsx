import { Sparkles } from 'lucide-react';
import type { ProcessAnswer } from '../../api/gen/api.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { costText } from './plan-text.js';

/** The button that buys, with the price beside it. */
export function GenerateBar({
  plan,
  canGenerate,
  isStarting,
  isUploading,
  onGenerate,
}: {
  /** Absent until it belongs to what is typed. */
  readonly plan: ProcessAnswer | undefined;
  readonly canGenerate: boolean;
  readonly isStarting: boolean;
  readonly isUploading: boolean;
  readonly onGenerate: () => void;
}) {
  return (
    <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button
        look="primary"
        icon={<Sparkles className="size-4.5" aria-hidden />}
        busy={isStarting}
        disabled={!canGenerate || isUploading}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        onClick={onGenerate}
        className="min-h-11 w-full justify-center px-6 text-base sm:w-auto"
      >
        {text.generate}
      </Button>
      <p className="text-sm text-muted">
        {isUploading ? (
          text.uploadsFirst
        ) : (
          <>
            {plan && <span className="font-medium text-ink tabular-nums">{costText(plan)}</span>}
            <kbd className="ml-2 hidden sm:inline">{text.shortcut}</kbd>
          </>
        )}
      </p>
    </div>
  );
}
