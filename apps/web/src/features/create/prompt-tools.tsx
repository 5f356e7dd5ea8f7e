import { useMutation } from '@tanstack/react-query';
import { AtSign, Dices, ImagePlus, Undo2, WandSparkles } from 'lucide-react';
import { getSuggestionsRandom } from '../../api/gen/api.js';
import { FileButton } from '../../media/image-drop.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { ProblemNotice } from '../../ui/problem-notice.js';

const icon = 'size-4';

/** What helps to write a prompt: pictures, references, a random one, a better one, and the way back. */
export function PromptTools({
  onFiles,
  onReference,
  onRandom,
  onEnhance,
  isEnhancing,
  canEnhance,
  onUndo,
}: {
  readonly onFiles: (files: readonly File[]) => void;
  readonly onReference: () => void;
  readonly onRandom: (prompt: string) => void;
  readonly onEnhance: () => void;
  readonly isEnhancing: boolean;
  readonly canEnhance: boolean;
  /** Absent when nothing was replaced. */
  readonly onUndo: (() => void) | undefined;
}) {
  const random = useMutation({
    mutationFn: () => getSuggestionsRandom({ count: '1' }),
    networkMode: 'always',
    onSuccess: ({ prompts: [first] }) => first && onRandom(first.prompt),
  });
  return (
    <>
      <div className="mt-2 flex flex-wrap gap-1.5">
        <FileButton
          size="small"
          icon={<ImagePlus className={icon} aria-hidden />}
          title={text.addImagesHint}
          data-add-images=""
          onFiles={onFiles}
        >
          {text.addImages}
        </FileButton>
        <Button size="small" icon={<AtSign className={icon} aria-hidden />} onClick={onReference}>
          {text.insertReference}
        </Button>
        <Button
          size="small"
          icon={<Dices className={icon} aria-hidden />}
          busy={random.isPending}
          onClick={() => random.mutate()}
        >
          {text.surprise}
        </Button>
        <Button
          size="small"
          icon={<WandSparkles className={icon} aria-hidden />}
          disabled={!canEnhance}
          aria-expanded={isEnhancing}
          onClick={onEnhance}
        >
          {text.enhance}
        </Button>
        {onUndo && (
          <Button size="small" look="plain" icon={<Undo2 className={icon} aria-hidden />} onClick={onUndo}>
            {text.undo}
          </Button>
        )}
      </div>
      {random.error && <ProblemNotice problem={random.error} onRetry={() => random.mutate()} className="mt-2" />}
    </>
  );
}
