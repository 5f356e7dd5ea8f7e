import { CircleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { toProblem } from '../api/problem.js';
import { uiStrings as text } from '../strings/en/ui.js';
import { Button } from './button.js';
import { classes } from './classes.js';

/**
 * What went wrong and what to do next: the server's sentence, the fields it names, a retry that waits as long as it has to,
 * suggested rewordings and other models as buttons.
 */
export function ProblemNotice({
  problem: thrown,
  onRetry,
  onSuggestion,
  onAlternative,
  actions,
  className,
}: {
  readonly problem: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly onSuggestion?: ((suggestion: string) => void) | undefined;
  readonly onAlternative?: ((alternative: { provider: string; model_id: string }) => void) | undefined;
  readonly actions?: ReactNode;
  readonly className?: string | undefined;
}) {
  const problem = toProblem(thrown);
  const wait = useCountdown(problem.retry_after_s ?? 0, thrown);
  return (
    <div role="alert" className={classes('flex gap-3 rounded-lg bg-danger-soft p-3 text-sm', className)}>
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
      <div className="min-w-0 flex-1 space-y-2">
        <p className="break-words">{problem.detail}</p>
        {problem.errors && problem.errors.length > 0 && (
          <ul className="list-disc pl-4">
            {problem.errors.map(({ field, message }) => (
              <li key={field + message}>
                <code>{field}</code> {message}
              </li>
            ))}
          </ul>
        )}
        {problem.suggestions && problem.suggestions.length > 0 && (
          <div className="space-y-1">
            <p className="font-medium">{text.tryInstead}</p>
            <div className="flex flex-wrap gap-2">
              {problem.suggestions.map((suggestion) =>
                onSuggestion ? (
                  <Button
                    key={suggestion}
                    size="small"
                    className="py-1 text-left whitespace-normal!"
                    onClick={() => onSuggestion(suggestion)}
                  >
                    {suggestion}
                  </Button>
                ) : (
                  <span key={suggestion}>{suggestion}</span>
                ),
              )}
            </div>
          </div>
        )}
        {onAlternative && problem.alternatives && problem.alternatives.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {problem.alternatives.map((alternative) => (
              <Button
                key={`${alternative.provider} ${alternative.model_id}`}
                size="small"
                className="max-w-full text-left break-words whitespace-normal"
                onClick={() => onAlternative(alternative)}
              >
                {text.useModel(alternative.model_id)}
              </Button>
            ))}
          </div>
        )}
        {(onRetry || actions) && (
          <div className="flex flex-wrap gap-2">
            {onRetry && (
              <Button size="small" disabled={wait > 0} onClick={onRetry}>
                {wait > 0 ? text.retryIn(wait) : text.retry}
              </Button>
            )}
            {actions}
          </div>
        )}
        {problem.request_id && <p className="text-xs text-muted">{text.requestId(problem.request_id)}</p>}
      </div>
    </div>
  );
}

/** Seconds left, counted down from each new problem. */
function useCountdown(seconds: number, since: unknown): number {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    setLeft(seconds);
    if (seconds <= 0) return;
    const end = performance.now() + seconds * 1_000;
    const timer = setInterval(() => {
      const rest = Math.max(0, Math.ceil((end - performance.now()) / 1_000));
      setLeft(rest);
      if (rest === 0) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [seconds, since]);
  return left;
}
