import { Workflow } from '@atelier/contracts/creative/v1';
import { workflowNames } from '@atelier/contracts/workflow-names';
import { fromWireWorkflow, toWireWorkflow } from './workflow-name.js';

it('knows every workflow of the contract, there and back', () => {
  const known = Object.values(Workflow).filter((value) => typeof value === 'number' && value > 0);
  expect(workflowNames.map((name) => toWireWorkflow(name)).sort()).toEqual(known.sort());
  for (const name of workflowNames) expect(fromWireWorkflow(toWireWorkflow(name))).toBe(name);
});

it('has no name for what is not set or not known', () => {
  expect(toWireWorkflow(undefined)).toBe(Workflow.WORKFLOW_UNSPECIFIED);
  expect(fromWireWorkflow(Workflow.WORKFLOW_UNSPECIFIED)).toBeUndefined();
  expect(fromWireWorkflow(99 as Workflow)).toBeUndefined();
});
