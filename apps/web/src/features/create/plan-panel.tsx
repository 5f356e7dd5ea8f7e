import { Loader2 } from 'lucide-react';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { formatName } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';
import { Skeleton } from '../../ui/states.js';
import type { Draft } from './draft.js';
import { PlanNotes } from './plan-notes.js';
import { PlanOffer } from './plan-offer.js';
import { PlanReading } from './plan-reading.js';
import { costText } from './plan-text.js';
import { canHelpToRepeat } from './refusals.js';
import type { usePlan } from './use-plan.js';

/** What would be made of the prompt as it stands; it follows while somebody types. */
export function PlanPanel({
  planning,
  isWanted,
  draft,
  onChange,
  onFiles,
}: {
  readonly planning: ReturnType<typeof usePlan>;
  /** There is something to plan. */
  readonly isWanted: boolean;
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const { plan, problem, isCurrent, isPaused, again } = planning;
  const isUnderWay = isWanted && !isCurrent && !problem;
  return (
    <Card
      heading={text.plan}
      actions={
        isUnderWay && (
          <span className="flex items-center gap-1.5 text-sm text-muted">
            <Loader2 className="size-4 animate-spin" aria-hidden />
            {isPaused ? text.waiting : text.planning}
          </span>
        )
      }
    >
      <p role="status" className="sr-only">
        {plan && isCurrent && text.planned(formatName(plan.workflow_type), costText(plan))}
      </p>
      {problem ? (
        <ProblemNotice
          problem={problem}
          onRetry={canHelpToRepeat(problem) ? again : undefined}
          onSuggestion={(prompt) => onChange({ prompt })}
          onAlternative={({ model_id: modelId }) => onChange({ modelId, provider: null })}
        />
      ) : plan ? (
        <div className="space-y-4" aria-busy={!isCurrent}>
          {plan.fallback_used && (
            <div className="space-y-2 rounded-lg bg-warning-soft p-3 text-sm">
              <p>{text.fallbackPlan}</p>
              <Button size="small" onClick={again}>
                {text.planAgain}
              </Button>
            </div>
          )}
          <PlanReading plan={plan} chosen={draft.workflow} onChoose={(workflow) => onChange({ workflow })} />
          <hr className="border-line" />
          <PlanOffer plan={plan} />
          <PlanNotes plan={plan} prompt={draft.prompt.trim()} onFiles={onFiles} />
        </div>
      ) : isWanted ? (
        <Skeleton className="h-48" />
      ) : (
        <p className="text-sm text-muted">{text.planEmpty}</p>
      )}
    </Card>
  );
}
