import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Catalogue } from './catalogue.js';
import { checkCatalogue } from './check-catalogue.js';
import { freeze } from './frozen.js';
import { catalogueSchema } from './model-schema.js';

/** The same path from `src` and from `dist`. */
const DATA = new URL('../data/models.json', import.meta.url);

/** The catalogue data is wrong; `problems` has one line for every mistake. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';

  constructor(readonly problems: readonly string[]) {
    super(`The model catalogue is wrong:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

/** Reads, checks and freezes the catalogue that comes with this library. @throws CatalogueError */
export function loadCatalogue(): Catalogue {
  return parseCatalogue(JSON.parse(readFileSync(DATA, 'utf8')));
}

/** Checks and freezes catalogue data of the form of `data/models.json`. @throws CatalogueError */
export function parseCatalogue(data: unknown): Catalogue {
  const parsed = catalogueSchema.safeParse(data);
  if (!parsed.success) throw new CatalogueError(parsed.error.issues.map((issue) => describe(issue, data)));
  const frozen = freeze(parsed.data);
  const problems = checkCatalogue(frozen);
  if (problems.length > 0) throw new CatalogueError(problems);
  return new Catalogue(frozen);
}

/** Names the model instead of its position. */
function describe(issue: z.core.$ZodIssue, data: unknown): string {
  const [list, position, ...rest] = issue.path;
  const entry = list === undefined || position === undefined ? undefined : at(at(data, list), position);
  const id = at(entry, 'id');
  const path = typeof id === 'string' ? [id, rest.join('.')] : [issue.path.join('.')];
  return `${path.filter((part) => part !== '').join(': ') || 'catalogue'}: ${issue.message}`;
}

function at(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}
