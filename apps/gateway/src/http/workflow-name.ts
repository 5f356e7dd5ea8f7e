import { workflowNames } from '@atelier/contracts/workflow-names';
import { z } from 'zod';

export {
  workflowFromWire as fromWireWorkflow,
  workflowToWire as toWireWorkflow,
} from '@atelier/contracts/workflow-names';

/** The nine workflows as REST names them. */
export const WorkflowName = z.enum(workflowNames);
export type WorkflowName = z.output<typeof WorkflowName>;
