import type { Generation } from '../../api/gen/api.js';
import { galleryStrings as text } from '../../strings/en/gallery.js';
import { generationsStrings } from '../../strings/en/generations.js';

/** What a list is narrowed to; it stands in the address, so that it can be shared and gone back to. */
export interface Filters {
  readonly status?: Generation['status'];
  readonly workflow?: Generation['workflow_type'];
  readonly session?: string;
  /** Days, `2026-11-21`: the first and the last one shown, in the time zone of the browser. */
  readonly after?: string;
  readonly before?: string;
}

/** Reads filters from an address; what the server would not know is left out. */
export function filtersOf(search: URLSearchParams): Filters {
  const known = <Value extends string>(name: string, values: object): Value | undefined => {
    const value = search.get(name);
    return value !== null && Object.hasOwn(values, value) ? (value as Value) : undefined;
  };
  const status = known<Generation['status']>('status', generationsStrings.status);
  const workflow = known<Generation['workflow_type']>('workflow', text.workflows);
  const session = search.get('session') ?? undefined;
  const [after, before] = [dayOf(search.get('after')), dayOf(search.get('before'))];
  return {
    ...(status && { status }),
    ...(workflow && { workflow }),
    ...(session && { session }),
    ...(after && { after }),
    ...(before && { before }),
  };
}

/** Filters as the list of the API takes them. */
export function toListQuery({ status, workflow, session, after, before }: Filters) {
  return {
    ...(status && { status }),
    ...(workflow && { workflowType: workflow }),
    ...(session && { sessionId: session }),
    ...(after && { createdAfter: startOf(after, 0) }),
    ...(before && { createdBefore: startOf(before, 1) }),
  };
}

function dayOf(given: string | null): string | undefined {
  return given !== null && /^\d{4}-\d{2}-\d{2}$/.test(given) && !Number.isNaN(Date.parse(given)) ? given : undefined;
}

/** The moment at which a day begins here, or one that comes some days later. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
