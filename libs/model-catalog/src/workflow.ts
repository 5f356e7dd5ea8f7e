/** What holds for every model that serves a workflow. */
export interface WorkflowProperties {
  /** What a generation of this workflow produces. */
  readonly media: 'image' | 'video';
  /** True when the workflow cannot run without at least one input image. */
  readonly needsImage: boolean;
  /** The image that is needed, in words for a person. */
  readonly imageNeeded?: string;
}

/** The nine workflows, by the names that clients use. */
export const WORKFLOWS = {
  image_generation: { media: 'image', needsImage: false },
  video_generation: { media: 'video', needsImage: false },
  image_to_video: { media: 'video', needsImage: true, imageNeeded: 'the image to animate' },
  text_to_video: { media: 'video', needsImage: false },
  image_editing: { media: 'image', needsImage: true, imageNeeded: 'the image to edit' },
  image_enhancement: { media: 'image', needsImage: true, imageNeeded: 'the image to enhance' },
  reference_styling: { media: 'image', needsImage: true, imageNeeded: 'an image of the person or a reference image' },
  hair_styling: { media: 'image', needsImage: true, imageNeeded: 'an image of the person' },
  style_transfer: { media: 'image', needsImage: true, imageNeeded: 'the image to restyle' },
} as const satisfies Record<string, WorkflowProperties>;

/** One of the nine workflow names. */
export type Workflow = keyof typeof WORKFLOWS;

/** The workflow names in the order of the specification. */
export const WORKFLOW_NAMES = Object.keys(WORKFLOWS) as readonly Workflow[];

/** True when `name` is one of the nine workflow names. */
export function isWorkflow(name: string): name is Workflow {
  return Object.hasOwn(WORKFLOWS, name);
}

/** The properties of a workflow. */
export function workflowProperties(workflow: Workflow): WorkflowProperties {
  return WORKFLOWS[workflow];
}
