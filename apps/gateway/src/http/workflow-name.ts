import { Workflow } from '@atelier/contracts/creative/v1';
import { z } from 'zod';

/** The nine workflows as REST names them. */
export const workflowNames = [
  'image_generation',
  'video_generation',
  'image_to_video',
  'text_to_video',
  'image_editing',
  'image_enhancement',
  'reference_styling',
  'hair_styling',
  'style_transfer',
] as const;

export const WorkflowName = z.enum(workflowNames);
export type WorkflowName = z.output<typeof WorkflowName>;

const toWire = new Map<string, Workflow>(
  workflowNames.map((name) => [name, Workflow[`WORKFLOW_${name.toUpperCase()}` as keyof typeof Workflow]]),
);
const fromWire = new Map<Workflow, WorkflowName>(
  workflowNames.map((name) => [toWire.get(name) ?? Workflow.WORKFLOW_UNSPECIFIED, name]),
);

/** The wire's number of a workflow; unspecified for none. */
export function toWireWorkflow(name: WorkflowName | undefined): Workflow {
  return (name && toWire.get(name)) ?? Workflow.WORKFLOW_UNSPECIFIED;
}

/** Undefined for unspecified and for what a newer service may know. */
export function fromWireWorkflow(workflow: Workflow): WorkflowName | undefined {
  return fromWire.get(workflow);
}
