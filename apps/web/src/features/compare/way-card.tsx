import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ProcessAnswer } from '../../api/gen/api.js';
import { createAddress } from '../../generations/create-address.js';
import { compareStrings as text } from '../../strings/en/compare.js';
import { Badge } from '../../ui/badge.js';
import { buttonClasses } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { formatDollars, formatName, formatPercent, formatSeconds } from '../../ui/format.js';
import { Meter } from '../../ui/meter.js';
import { TextDifference } from '../../ui/text-difference.js';
import type { ComparedRequest } from './compared-request.js';
import { Feedback } from './feedback.js';
import { GeneratePlan } from './generate-plan.js';
import { PlanNotes } from './plan-notes.js';
import type { WaysDiffer } from './ways-differ.js';

/** What one way makes of the request; what the other way makes otherwise is marked. */
export function WayCard({
  way,
  plan,
  differences,
  asked,
}: {
  readonly way: keyof typeof text.ways;
  readonly plan: ProcessAnswer;
  readonly differences: WaysDiffer;
  readonly asked: ComparedRequest;
}) {
  const { intent_confidence: confidence } = plan;
  const steps = plan.steps ?? [plan];
  const [image] = asked.images;
  const prompt = asked.prompt.trim();
  return (
    <Card heading={text.ways[way]} aria-label={text.ways[way]} className="min-w-0">
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-2 text-sm">
        <Row name={text.workflow} differs={differences.workflow}>
          {steps.map((step) => formatName(step.workflow_type)).join(' → ')}
        </Row>
        <Row name={text.model} differs={differences.model}>
          {steps.map(({ model_selection: { model_id: model, provider } }) => (
            <span key={model} className="block">
              {model} <span className="text-muted">({provider})</span>
            </span>
          ))}
        </Row>
        <Row name={text.confidence}>
          <span className="flex items-center gap-2">
            <span className="w-28">
              <Meter value={confidence} label={text.confidence} />
            </span>
            {formatPercent(confidence)}
          </span>
        </Row>
        <Row name={text.source}>{text.sources[plan.metadata.classifier_source]}</Row>
        <Row name={text.cost}>{rangeOf(plan.cost_range, plan.estimated_cost, formatDollars, text.range)}</Row>
        <Row name={text.time}>{rangeOf(plan.time_range, plan.estimated_time, formatSeconds, text.upTo)}</Row>
        <Row name={text.sentPrompt} differs={differences.prompt}>
          {plan.steps ? (
            <ol className="list-decimal pl-4">
              {plan.steps.map((step) => (
                <li key={step.workflow_type}>{step.final_prompt}</li>
              ))}
            </ol>
          ) : plan.final_prompt === prompt ? (
            text.unchanged
          ) : (
            <TextDifference before={prompt} after={plan.final_prompt} />
          )}
        </Row>
        <Row name={text.reasoning}>
          {plan.reasoning.split(' | ').map((reason) => (
            <span key={reason} className="block not-last:mb-1">
              {reason}
            </span>
          ))}
        </Row>
      </dl>
      <PlanNotes plan={plan} />
      <div className="mt-4 space-y-4 border-t border-line pt-4">
        <Feedback plan={plan} />
        <GeneratePlan plan={plan} prompt={prompt}>
          <Link
            href={createAddress({
              prompt,
              ...(plan.steps ? {} : { model: plan.model_selection.model_id }),
              ...(image === undefined ? {} : { image }),
            })}
            className={buttonClasses('secondary', 'small')}
          >
            {text.toCreate}
          </Link>
        </GeneratePlan>
      </div>
    </Card>
  );
}

function Row({
  name,
  differs = false,
  children,
}: {
  readonly name: string;
  readonly differs?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">
        {differs && (
          <span className="float-right ml-2">
            <Badge tone="accent">{text.differs}</Badge>
          </span>
        )}
        {children}
      </dd>
    </>
  );
}

/** A range in words when it says more than the estimate. */
function rangeOf(
  range: readonly number[],
  estimate: number,
  format: (value: number) => string,
  inWords: (low: string, high: string) => string,
): string {
  const [low = estimate, high = estimate] = range;
  return format(low) === format(high) ? format(low) : inWords(format(low), format(high));
}
