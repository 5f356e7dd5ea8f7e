import type { Workflow } from '@atelier/contracts/creative/v1';
import { workflowFromWire } from '@atelier/contracts/workflow-names';

const longestLabel = 200;
// oxlint-disable-next-line no-control-regex -- control characters are what it removes
const unprintable = /[\u0000-\u001f\u007f]/g;

/** Text as a rollup key: printable and short enough to be indexed. */
export function label(text: string): string {
  // A cut can halve a character, which SQL refuses.
  return text.replace(unprintable, '').slice(0, longestLabel).toWellFormed();
}

/** A label from a fixed set; anything else is `other`, so that a producer's fault can't multiply rows. */
export function oneOf<Known extends string>(known: readonly Known[], text: string): Known | 'other' {
  return known.find((candidate) => candidate === text) ?? 'other';
}

const sources = ['cache', 'local', 'llm', 'fallback', 'classic'] as const;

/** Stage that classified a plan. */
export function sourceName(source: string): string {
  return oneOf(sources, source);
}

/** Stands where no workflow was named. */
export const noWorkflow = 'unspecified';

/** REST name of a workflow, `unspecified` for none or one that this version does not know. */
export function workflowName(workflow: Workflow): string {
  return workflowFromWire(workflow) ?? noWorkflow;
}

const variableSegment = /^(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|[\w-]{24,})$/i;

/** A route pattern. Where a raw path slips in, its query is cut and segments that look like ids become `:id`. */
export function routePattern(route: string): string {
  const [path = ''] = route.split(/[?#]/, 1);
  return label(
    path
      .split('/')
      .map((segment) => (variableSegment.test(segment) ? ':id' : segment))
      .join('/'),
  );
}
