import type { GenerationParameters as WireParameters } from '@atelier/contracts/creative/v1';
import type { UsedPreset } from '../generations/generation-planner.js';
import type { GenerationParameters } from '../http/generation-parameters.js';
import type { WorkflowName } from '../http/workflow-name.js';
import type { ClassifierSource } from './process.schema.js';
import type { ReferenceRole } from './reference-roles.js';
import type { AssignedWay } from './rollout.js';

/** What is to be planned, after validation. What is absent is found out. */
export interface PlanRequest {
  readonly prompt: string;
  /** Pictures being worked on: own asset ids, allowed URLs or data URLs. */
  readonly workingImages: readonly string[];
  /** Pictures attached to this message, in the same forms. */
  readonly uploadedImages: readonly string[];
  readonly hasMask?: boolean;
  readonly sessionId?: string | undefined;
  readonly presetId?: string | undefined;
  readonly quality?: 'speed' | 'balanced' | 'quality' | undefined;
  readonly style?: string | undefined;
  readonly format?: string | undefined;
  /** false = classic keyword routing; absent: as the caller prefers. */
  readonly useAi?: boolean | undefined;
  /** What references are for, by tag, whatever else speaks for. */
  readonly referenceRoles?: Readonly<Record<string, ReferenceRole>> | undefined;
  /** Both ways are compared, whatever the rollout says. */
  readonly ignoreRollout?: boolean;
  readonly enhance: 'off' | 'quick' | 'llm';
  readonly bypassCache: boolean;
  /** Nobody would see what the web says, so nothing is spent on it. */
  readonly withoutWebSearch?: boolean;
  /** Honoured, approximated with a warning, or refused. */
  readonly parameters?: GenerationParameters | undefined;
  /** Dropped with a warning where a model can't honour them. */
  readonly softParameters?: GenerationParameters | undefined;
  /** Given: nothing is classified. */
  readonly workflow?: WorkflowName | undefined;
  readonly modelId?: string | undefined;
  readonly provider?: string | undefined;
}

/** A reference that a prompt mentions. `imageUrl` is an own asset id or a URL. */
export interface PlannedReference {
  readonly tag: string;
  readonly name: string;
  readonly imageUrl: string;
  readonly role?: ReferenceRole | undefined;
  /** Storage key of its small picture; empty or absent for none. */
  readonly thumbnailKey?: string;
  /** A link that its owner can open, where one was made already. */
  readonly link?: string;
}

/** A web page about what a styling refers to. Its words are plain text; both addresses are http(s). */
export interface FoundPage {
  readonly title: string;
  readonly url: string;
  readonly imageUrl: string | undefined;
  readonly snippet: string;
}

/** What the classifier said, or what stands in for it. */
export interface Intent {
  readonly workflow: WorkflowName;
  readonly confidence: number;
  readonly reasoning: string;
  readonly source: ClassifierSource;
  readonly cacheHit: boolean;
  readonly requiresWebSearch: boolean;
  readonly webSearchQuery: string;
  readonly correctedFrom: WorkflowName | undefined;
  readonly runnerUp: { readonly workflow: WorkflowName; readonly confidence: number } | undefined;
  readonly classificationUs: number;
  /** Empty when nothing was classified. */
  readonly classifierVersion: string;
}

/** What the selector said, or what stands in for it. Money in micro-dollars, times in seconds. */
export interface Choice {
  readonly modelId: string;
  readonly provider: string;
  readonly reasoning: string;
  readonly fallbackModels: readonly string[];
  readonly costMicros: number;
  readonly costRangeMicros: readonly [number, number];
  readonly timeS: number;
  readonly timeRangeS: readonly [number, number];
  readonly parameters: WireParameters;
}

/** What is done first in a plan with two steps: it makes the picture that the rest of the plan starts from. */
export interface PlanStep extends Choice {
  readonly workflow: WorkflowName;
  readonly finalPrompt: string;
  readonly warnings: readonly string[];
}

/** A question worth asking before money is spent: two close readings differ much in price. */
export interface Clarification {
  readonly question: string;
  readonly options: readonly {
    readonly label: string;
    readonly workflow: WorkflowName;
    readonly costMicros: number;
  }[];
}

/** A complete plan: what would be run, why, and what it would cost. With two steps the choice is the second one's. */
export interface Plan extends Choice {
  readonly requestId: string;
  readonly prompt: string;
  readonly finalPrompt: string;
  readonly workflow: WorkflowName;
  /** Absent when one step will do. It takes the input images and the mask. */
  readonly firstStep?: PlanStep | undefined;
  readonly intent: Intent;
  readonly references: readonly PlannedReference[];
  readonly missingReferences: readonly string[];
  readonly missingInputs: readonly string[];
  readonly warnings: readonly string[];
  readonly enhancementApplied: boolean;
  readonly rollout: 'ai' | 'classic';
  /** The experiment that decided the way; absent where something else did. */
  readonly exposure?: AssignedWay['exposure'];
  readonly clarification: Clarification | undefined;
  /** What the web says; undefined when nothing had to be looked up. */
  readonly webPages: readonly FoundPage[] | undefined;
  /** Classification or selection was down and the fixed plan stands in: good to show, not to buy. */
  readonly fallbackUsed: boolean;
  /** What the classifier was told beside the prompt: how many pictures. */
  readonly context: { readonly workingImages: number; readonly uploadedImages: number };
  /** Input of the model, in the order in which it is given them (`inModelOrder`). */
  readonly inputImages: readonly string[];
  readonly sessionId: string | undefined;
  /** As the request names it: an id or the token of a share link. */
  readonly presetId: string | undefined;
  readonly preset?: UsedPreset | undefined;
  readonly processingMs: number;
}
