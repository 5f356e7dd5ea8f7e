import { dollars, element, make, words } from './dom.js';

/** The part of a `/process` answer that the page shows. */
export interface Plan {
  readonly request_id: string;
  readonly workflow_type: string;
  readonly final_prompt: string;
  readonly intent_confidence: number;
  readonly reasoning: string;
  readonly estimated_cost: number;
  readonly time_range: readonly [number, number];
  readonly model_selection: { readonly model_id: string; readonly provider: string };
  readonly metadata: {
    readonly warnings: readonly string[];
    readonly missing_inputs: readonly string[];
    readonly missing_references: readonly string[];
  };
}

/** Shows a plan, or hides the card. */
export function showPlan(plan: Plan | undefined, typed: string): void {
  element('plan', HTMLElement).hidden = plan === undefined;
  if (!plan) return;
  const text = (id: string, value: string): void => void (element(id, HTMLElement).textContent = value);
  text('plan-workflow', words(plan.workflow_type));
  text('plan-confidence', `${Math.round(plan.intent_confidence * 100)} %`);
  element('plan-meter', HTMLMeterElement).value = plan.intent_confidence;
  text('plan-model', plan.model_selection.model_id);
  text('plan-cost', dollars(plan.estimated_cost));
  text('plan-time', `${Math.round(plan.time_range[0])}–${Math.round(plan.time_range[1])} s`);
  text('plan-reasoning', plan.reasoning);
  text('plan-prompt', plan.final_prompt === typed.trim() ? '' : `Prompt sent: ${plan.final_prompt}`);
  const notes = [
    ...plan.metadata.missing_inputs.map((input) => `Needs ${input}.`),
    ...plan.metadata.missing_references.map((tag) => `There is no reference @${tag}.`),
    ...plan.metadata.warnings,
  ];
  element('plan-notes', HTMLUListElement).replaceChildren(...notes.map((note) => make('li', { textContent: note })));
}
