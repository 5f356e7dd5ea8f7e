import type { GenerationParameters as WireParameters } from '@atelier/contracts/creative/v1';
import type { ReferenceRole } from '../enhanced/reference-roles.js';
import type { GenerationParameters } from '../http/generation-parameters.js';
import type { RequestCall } from '../http/request-call.js';
import type { WorkflowName } from '../http/workflow-name.js';

/** What a caller wants generated; whatever is absent is classified, selected and filled in. */
export interface GenerationWish {
  readonly prompt: string;
  /** A plan to run as planned. */
  readonly planRequestId?: string | undefined;
  readonly workflowType?: WorkflowName | undefined;
  readonly modelId?: string | undefined;
  readonly provider?: string | undefined;
  /** In the forms that callers use: own files, data URLs, URLs on allowed hosts. */
  readonly inputImages?: readonly string[] | undefined;
  readonly mask?: string | undefined;
  readonly presetId?: string | undefined;
  /** What references are for, by tag. */
  readonly referenceRoles?: Readonly<Record<string, ReferenceRole>> | undefined;
  readonly sessionId?: string | undefined;
  /** Approximated with a warning, or refused. */
  readonly explicit?: GenerationParameters | undefined;
  /** Dropped with a warning when the model can't honour them. */
  readonly soft?: GenerationParameters | undefined;
}

/** What is done first: it makes the picture that the rest starts from, from the input images and the mask. */
export interface PlannedStep {
  readonly finalPrompt: string;
  readonly workflow: WorkflowName;
  readonly modelId: string;
  readonly fallbackModels: readonly string[];
  readonly parameters: WireParameters;
  readonly warnings: readonly string[];
}

/** The preset that a plan was made with, in the version that its caller got. */
export interface UsedPreset {
  /** Its own id, also where the request has the token of a share link. */
  readonly presetId: string;
  readonly version: number;
  /** Absent when no versions are compared. */
  readonly experiment?: { readonly id: string; readonly variant: 'a' | 'b' } | undefined;
}

/** A wish with nothing left open, ready for the generation service. */
export interface PlannedGeneration {
  readonly prompt: string;
  readonly finalPrompt: string;
  readonly workflow: WorkflowName;
  readonly modelId: string;
  readonly fallbackModels: readonly string[];
  readonly parameters: WireParameters | undefined;
  /** Own asset ids, data URLs, or URLs on allowed hosts. */
  readonly inputImages: readonly string[];
  readonly mask: string;
  readonly sessionId: string;
  readonly planRequestId: string;
  readonly warnings: readonly string[];
  readonly firstStep?: PlannedStep | undefined;
  /** The preset that shaped it, in the version that was used. */
  readonly preset?: UsedPreset | undefined;
}

/** Makes a wish complete. An abstract class, so that Nest can inject it by type. */
export abstract class GenerationPlanner {
  /** @throws MISSING_INPUT, PLAN_NOT_FOUND, PLANNING_UNAVAILABLE, and what classification and selection refuse */
  abstract planGeneration(wish: GenerationWish, call: RequestCall): Promise<PlannedGeneration>;
}
