import { toProblem } from '../../api/problem.js';

/** Something has to be changed first. */
const finalStatuses = [400, 403, 404, 422];

/** Whether asking the same again may be answered differently. */
export function canHelpToRepeat(problem: unknown): boolean {
  return !finalStatuses.includes(toProblem(problem).status);
}

/** Whether a field of the request is what was refused. */
export function isAbout(field: string, problem: unknown): boolean {
  return problem !== null && (toProblem(problem).errors?.some((error) => error.field === field) ?? false);
}
