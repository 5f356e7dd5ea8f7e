import { CircleAlert, X } from 'lucide-react';
import { uiStrings as text } from '../strings/en/ui.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import type { useUploads } from './use-uploads.js';

/** Which files were not taken, and why. */
export function UploadProblems({
  uploads,
  className,
}: {
  readonly uploads: Pick<ReturnType<typeof useUploads>, 'problems' | 'dismiss'>;
  readonly className?: string;
}) {
  if (uploads.problems.length === 0) return null;
  return (
    <div role="alert" className={classes('flex items-start gap-3 rounded-lg bg-danger-soft p-3 text-sm', className)}>
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
      <ul className="min-w-0 flex-1 space-y-1">
        {uploads.problems.map((problem) => (
          <li key={problem} className="break-words">
            {problem}
          </li>
        ))}
      </ul>
      <Button
        look="plain"
        size="icon"
        className="-m-1.5"
        aria-label={text.close}
        icon={<X className="size-4" aria-hidden />}
        onClick={uploads.dismiss}
      />
    </div>
  );
}
