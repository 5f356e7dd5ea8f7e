import { useLocation } from 'wouter';
import type { Generation } from '../api/gen/api.js';
import { ProblemError } from '../api/problem.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Button } from '../ui/button.js';
import { ProblemNotice } from '../ui/problem-notice.js';
import { createAddress } from './create-address.js';
import type { GenerationActs } from './generation-acts.js';
import { canRepeat, requestElsewhere } from './request-of.js';
import { useGenerationActs } from './use-generation-acts.js';

/** Why there is no result, and what to do: again, on another model, or in other words. */
export function GenerationUnfinished({
  generation,
  onSuggestion,
  onAlternative,
  onStarted,
}: { readonly generation: Generation } & GenerationActs) {
  const [, navigate] = useLocation();
  const { retry, start } = useGenerationActs(generation, onStarted ?? (({ id }) => navigate(`/gallery/${id}`)));
  const reword = onSuggestion ?? ((prompt: string) => navigate(createAddress({ prompt })));
  const failed = retry.error ?? start.error;
  return (
    <div className="space-y-3">
      {generation.status === 'failed' ? (
        <ProblemNotice
          problem={asProblem(generation)}
          onRetry={retry.isPending ? undefined : () => retry.mutate()}
          onAlternative={
            start.isPending || !canRepeat(generation)
              ? undefined
              : (onAlternative ?? ((alternative) => start.mutate(requestElsewhere(generation, alternative))))
          }
          actions={
            <Button size="small" onClick={() => reword(generation.prompt)}>
              {text.reword}
            </Button>
          }
        />
      ) : (
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="text-sm text-muted">{text.cancelled}</p>
          <Button size="small" busy={retry.isPending} onClick={() => retry.mutate()}>
            {text.again}
          </Button>
        </div>
      )}
      {failed && <ProblemNotice problem={failed} />}
    </div>
  );
}

/** The failure of a generation in the form that every refusal has, with the advice that came with it. */
function asProblem({ error }: Generation): ProblemError {
  const { code = 'UNKNOWN', message = '', suggestions = [], alternatives = [] } = error ?? {};
  return new ProblemError({ status: 0, code, detail: [message, ...suggestions].join(' '), alternatives });
}
