import { ImagePlus } from 'lucide-react';
import { toProblem } from '../../api/problem.js';
import { FileButton } from '../../media/image-drop.js';
import { createStrings as text } from '../../strings/en/create.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { canHelpToRepeat } from './refusals.js';

/** Why nothing was started, and the way on: again, in other words, on another model, or with a picture. */
export function StartProblem({
  problem,
  onRetry,
  onSuggestion,
  onModel,
  onFiles,
}: {
  readonly problem: unknown;
  readonly onRetry: () => void;
  readonly onSuggestion: (prompt: string) => void;
  readonly onModel: (modelId: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const { code } = toProblem(problem);
  return (
    <ProblemNotice
      className="mt-3"
      problem={problem}
      onRetry={canHelpToRepeat(problem) ? onRetry : undefined}
      onSuggestion={onSuggestion}
      onAlternative={({ model_id: modelId }) => onModel(modelId)}
      actions={
        code === 'MISSING_INPUT' && (
          <FileButton size="small" icon={<ImagePlus className="size-4" aria-hidden />} onFiles={onFiles}>
            {text.addImage}
          </FileButton>
        )
      }
    />
  );
}
