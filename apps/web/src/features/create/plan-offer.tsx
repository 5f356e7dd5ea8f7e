import type { ProcessAnswer } from '../../api/gen/api.js';
import { useProviders } from '../../api/use-me.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Badge } from '../../ui/badge.js';
import { Disclosure } from '../../ui/disclosure.js';
import { formatDollars, formatName, formatSeconds } from '../../ui/format.js';
import { costText, reasonsOf, timeText } from './plan-text.js';
import { providerTones } from './status-tones.js';
import { useModels } from './use-catalogue.js';
import { useState } from 'react';

/** Which model would do it, for how much and how fast; with two steps, each of them. */
export function PlanOffer({ plan }: { readonly plan: ProcessAnswer }) {
  const models = useModels();
  const providers = useProviders();
  const [why, setWhy] = useState(false);
  const { model_selection: selection, steps } = plan;
  const nameOf = (id: string) => models.data?.find(({ model_id }) => model_id === id)?.display_name ?? id;
  const status = providers.data?.find(({ provider }) => provider === selection.provider)?.status;
  return (
    <div className="space-y-3">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-sm [&_dd]:min-w-0 [&_dd]:text-right [&_dt]:text-muted">
        <dt>{text.model}</dt>
        <dd>
          <span className="block font-medium break-words">{nameOf(selection.model_id)}</span>
          <span className="inline-flex items-center gap-1.5 text-muted">
            {selection.provider}
            {status && <Badge tone={providerTones[status]}>{text.statuses[status]}</Badge>}
          </span>
        </dd>
        <dt>{text.cost}</dt>
        <dd className="font-medium tabular-nums">{costText(plan)}</dd>
        <dt>{text.time}</dt>
        <dd className="tabular-nums">{timeText(plan)}</dd>
      </dl>
      {steps && (
        <div>
          <h3 className="mb-1">{text.steps}</h3>
          <ol className="space-y-2 text-sm">
            {steps.map((step, index) => (
              <li key={step.workflow_type} className="rounded-lg bg-canvas p-2.5">
                <p className="font-medium">{text.step(index + 1, formatName(step.workflow_type))}</p>
                <p className="text-muted">
                  {text.stepDetail(
                    nameOf(step.model_selection.model_id),
                    formatDollars(step.model_selection.estimated_cost),
                    formatSeconds(step.model_selection.estimated_time),
                  )}
                </p>
                <p className="mt-1 break-words">{step.final_prompt}</p>
              </li>
            ))}
          </ol>
        </div>
      )}
      <Disclosure label={text.why} open={why} onToggle={setWhy}>
        <div className="space-y-1 text-sm text-muted [&>p]:break-words">
          <p>{reasonsOf(plan).model}</p>
          {selection.fallback_models.length > 0 && (
            <p>{text.fallbacks(selection.fallback_models.map(nameOf).join(', '))}</p>
          )}
        </div>
      </Disclosure>
    </div>
  );
}
