import { Copy, Download, Ellipsis, ImageUp, Pencil, RefreshCw, Repeat, Terminal, WandSparkles } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Generation } from '../api/gen/api.js';
import { download } from '../media/download.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Button } from '../ui/button.js';
import { copyText } from '../ui/copy-text.js';
import { Menu } from '../ui/menu.js';
import { ProblemNotice } from '../ui/problem-notice.js';
import { toasts } from '../ui/toasts.js';
import { asCurl } from './as-curl.js';
import { createAddress } from './create-address.js';
import { fileNameOf } from './file-name.js';
import type { GenerationActs } from './generation-acts.js';
import { isVideo } from './generation-state.js';
import { RefineDialog } from './refine-dialog.js';
import { canRepeat, requestOf } from './request-of.js';
import { useGenerationActs } from './use-generation-acts.js';

/** What can be done with a result: keep it, change it, make it again. */
export function ResultActions({
  generation,
  chosen,
  onUseImage,
  onStarted,
}: { readonly generation: Generation; readonly chosen: number } & GenerationActs) {
  const [, navigate] = useLocation();
  const [refining, setRefining] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const acts = useGenerationActs(generation, onStarted ?? (({ id }) => navigate(`/gallery/${id}`)));
  const { outputs, prompt, seed } = generation;
  const output = outputs[chosen] ?? outputs[0];
  if (!output) return null;
  const repeatable = canRepeat(generation);
  const image = isVideo(output) ? undefined : output.url;
  const failed = problem ?? acts.retry.error ?? acts.start.error;
  const copy = (value: string) =>
    copyText(value).then(
      () => toasts.done(text.copied),
      (thrown: unknown) => setProblem(thrown),
    );
  const save = () =>
    download(output.url, fileNameOf(generation, chosen)).catch((thrown: unknown) => setProblem(thrown));
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" icon={<Download className="size-4" />} onClick={() => void save()}>
          {text.download}
        </Button>
        {image !== undefined && (
          <>
            <Button size="small" icon={<WandSparkles className="size-4" />} onClick={() => setRefining(true)}>
              {text.refine}
            </Button>
            <Button
              size="small"
              icon={<ImageUp className="size-4" />}
              onClick={() => (onUseImage ? onUseImage(image) : navigate(createAddress({ image })))}
            >
              {text.useImage}
            </Button>
          </>
        )}
        <Button
          size="small"
          title={text.againHint}
          icon={<RefreshCw className="size-4" />}
          busy={acts.retry.isPending}
          onClick={() => acts.retry.mutate()}
        >
          {text.again}
        </Button>
        {seed !== null && (
          <Button
            size="small"
            title={repeatable ? text.sameSeedHint(seed) : text.inputsGone}
            disabled={!repeatable}
            icon={<Repeat className="size-4" />}
            busy={acts.start.isPending}
            onClick={() => acts.start.mutate({ ...requestOf(generation), cache: 'bypass' })}
          >
            {text.sameSeed}
          </Button>
        )}
        <Menu
          trigger={
            <Button
              look="plain"
              size="icon"
              aria-label={text.moreAbout(prompt)}
              icon={<Ellipsis className="size-4" />}
            />
          }
          entries={[
            {
              label: text.copyCurl,
              disabled: !repeatable,
              icon: <Terminal />,
              onChoose: () => void copy(asCurl(location.origin, '/api/v1/generations', requestOf(generation))),
            },
            { label: text.copyPrompt, icon: <Copy />, onChoose: () => void copy(prompt) },
            {
              label: text.usePrompt,
              icon: <Pencil />,
              onChoose: () => navigate(createAddress({ prompt, model: generation.model_id })),
            },
          ]}
        />
      </div>
      {failed !== null && failed !== undefined && <ProblemNotice problem={failed} />}
      {refining && (
        <RefineDialog
          generation={generation}
          onClose={() => setRefining(false)}
          onRefine={(change) => acts.refine.mutateAsync(change)}
        />
      )}
    </div>
  );
}
