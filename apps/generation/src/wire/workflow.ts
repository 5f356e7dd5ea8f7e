import { Workflow as WireWorkflow } from '@atelier/contracts/creative/v1';
import { type Workflow, WORKFLOW_NAMES } from '@atelier/model-catalog';

const toWire = new Map(
  WORKFLOW_NAMES.map((name) => [name, WireWorkflow[`WORKFLOW_${name.toUpperCase()}` as keyof typeof WireWorkflow]]),
);
const fromWire = new Map([...toWire].map(([name, wire]) => [wire, name]));

export function workflowToWire(workflow: Workflow): WireWorkflow {
  return toWire.get(workflow) ?? WireWorkflow.WORKFLOW_UNSPECIFIED;
}

/** Undefined for unspecified and unheard-of ones. */
export function workflowFromWire(workflow: WireWorkflow): Workflow | undefined {
  return fromWire.get(workflow);
}
