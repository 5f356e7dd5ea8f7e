import { type ReactNode, useState } from 'react';
import { type ProcessAnswer, postV1Generations } from '../../api/gen/api.js';
import { usePurchaseKeys } from '../../api/purchase-keys.js';
import { JobList } from '../../generations/job-list.js';
import { compareStrings as text } from '../../strings/en/compare.js';
import { Button } from '../../ui/button.js';
import { formatDollars } from '../../ui/format.js';
import { ProblemNotice } from '../../ui/problem-notice.js';

/** Runs the plan as it stands; what comes of it stands below. A plan that lacks something can't run. */
export function GeneratePlan({
  plan,
  prompt,
  children,
}: {
  readonly plan: ProcessAnswer;
  readonly prompt: string;
  readonly children: ReactNode;
}) {
  const purchases = usePurchaseKeys();
  const [ids, setIds] = useState<readonly string[]>([]);
  const [state, setState] = useState<{ readonly busy: boolean; readonly problem?: unknown }>({ busy: false });
  const generate = async () => {
    setState({ busy: true });
    try {
      const wish = { prompt, request_id: plan.request_id };
      const { id } = await purchases.send(wish, (options) => postV1Generations(wish, options));
      setIds((before) => [id, ...before]);
      setState({ busy: false });
    } catch (problem) {
      setState({ busy: false, problem });
    }
  };
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          look="primary"
          busy={state.busy}
          disabled={plan.metadata.missing_inputs.length > 0 || plan.fallback_used}
          onClick={() => void generate()}
        >
          {text.generate(formatDollars(plan.estimated_cost))}
        </Button>
        {children}
      </div>
      {state.problem !== undefined && <ProblemNotice problem={state.problem} onRetry={() => void generate()} />}
      {ids.length > 0 && (
        <section aria-label={text.results}>
          <JobList ids={ids} />
        </section>
      )}
    </div>
  );
}
