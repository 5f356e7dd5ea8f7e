import {
  Film,
  ImageIcon,
  ImagePlay,
  Paintbrush,
  Palette,
  Scissors,
  Shirt,
  Sparkles,
  type LucideIcon,
  Video,
} from 'lucide-react';
import { useRef } from 'react';
import type { ProcessAnswer } from '../../api/gen/api.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Button } from '../../ui/button.js';
import { formatDollars, formatName, formatPercent } from '../../ui/format.js';
import type { Workflow } from './draft.js';
import { confidenceWord, otherReadings, reasonsOf } from './plan-text.js';

const icons: Readonly<Record<Workflow, LucideIcon>> = {
  image_generation: ImageIcon,
  video_generation: Video,
  image_to_video: ImagePlay,
  text_to_video: Film,
  image_editing: Paintbrush,
  image_enhancement: Sparkles,
  reference_styling: Shirt,
  hair_styling: Scissors,
  style_transfer: Palette,
};

/** How the prompt was understood, how surely and why, and what else it may mean. */
export function PlanReading({
  plan,
  chosen,
  onChoose,
}: {
  readonly plan: ProcessAnswer;
  /** The reading that was chosen by hand. */
  readonly chosen: Workflow | null;
  readonly onChoose: (workflow: Workflow | null) => void;
}) {
  const { metadata, workflow_type: workflow } = plan;
  const Icon = icons[workflow];
  const others = otherReadings(plan);
  const heading = useRef<HTMLHeadingElement>(null);
  const choose = (reading: Workflow | null) => {
    // The buttons vanish with the choice: what was chosen is read next.
    heading.current?.focus();
    onChoose(reading);
  };
  return (
    <div className="space-y-3">
      <div className="flex items-center gap-3">
        <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-accent-soft text-accent-strong">
          <Icon className="size-5" aria-hidden />
        </span>
        <div className="min-w-0">
          <h3 ref={heading} tabIndex={-1} className="text-base outline-none">
            {formatName(workflow)}
          </h3>
          <p className="text-sm text-muted">{chosen ? text.given : text.sources[metadata.classifier_source]}</p>
        </div>
      </div>
      {chosen ? (
        <Button size="small" onClick={() => choose(null)}>
          {text.decideAgain}
        </Button>
      ) : (
        <Confidence confidence={plan.intent_confidence} />
      )}
      <p className="text-sm break-words">{reasonsOf(plan).intent}</p>
      {metadata.corrected_from && (
        <p className="text-sm text-muted">{text.corrected(formatName(metadata.corrected_from))}</p>
      )}
      {!chosen && others.length > 0 && (
        <div className={metadata.clarify ? 'space-y-2 rounded-lg bg-warning-soft p-3' : 'space-y-2'}>
          <p className="text-sm font-medium">{metadata.clarify ? metadata.clarify.question : text.orRather}</p>
          <div className="flex flex-wrap gap-2">
            {others.map((other) => (
              <Button key={other.workflow_type} size="small" onClick={() => choose(other.workflow_type)}>
                {'label' in other
                  ? text.optionCost(other.label, formatDollars(other.estimated_cost))
                  : text.optionConfidence(formatName(other.workflow_type), formatPercent(other.confidence))}
              </Button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

function Confidence({ confidence }: { readonly confidence: number }) {
  const percent = Math.round(confidence * 100);
  const word = confidenceWord(confidence);
  return (
    <div>
      <div className="mb-1 flex justify-between text-sm">
        <span className="text-muted">{text.confidence}</span>
        <span className="tabular-nums">
          {percent} % <span className="text-muted">· {word}</span>
        </span>
      </div>
      <div
        role="meter"
        aria-label={text.confidence}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${percent} %, ${word}`}
        className="h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div
          className={`h-full rounded-full transition-[width] ${confidence >= 0.8 ? 'bg-success' : confidence >= 0.55 ? 'bg-accent' : 'bg-warning'}`}
          style={{ width: `${percent}%` }}
        />
      </div>
    </div>
  );
}
