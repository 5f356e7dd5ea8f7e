import type { ColumnShape, SchemaShape } from './schema-shape.js';

/** Why a release that was made for one shape can't work with another. */
export interface ShapeProblem {
  /** `generation.assets.width`. */
  readonly where: string;
  readonly what: string;
  /** A contracting migration may do it, once the release before no longer relies on it. */
  readonly contractable: boolean;
}

/** What in the new shape would break reads or writes of a release that knows the old one; empty when everything was only added to. */
export function shapeProblems(schema: string, old: SchemaShape, now: SchemaShape): ShapeProblem[] {
  return [...columnProblems(schema, old, now), ...ruleProblems(schema, old, now), ...otherProblems(schema, old, now)];
}

function columnProblems(schema: string, old: SchemaShape, now: SchemaShape): ShapeProblem[] {
  return Object.entries(old.tables).flatMap(([table, columns]) => {
    const where = `${schema}.${table}`;
    const found = now.tables[table];
    if (!found) return [{ where, what: 'is gone', contractable: true }];
    const changed = Object.entries(columns).flatMap(([name, before]) =>
      change(before, found[name]).map((what) => ({ where: `${where}.${name}`, what, contractable: true })),
    );
    const demanded = Object.entries(found)
      .filter(([name, column]) => !columns[name] && !column.nullable && !column.filled)
      .map(([name]) => ({
        where: `${where}.${name}`,
        what: 'is new and must be given: rows of the previous release come without it. Let it be null or give it a default',
        contractable: false,
      }));
    return [...changed, ...demanded];
  });
}

function change(before: ColumnShape, after: ColumnShape | undefined): string[] {
  if (!after) return ['is gone'];
  const problems: string[] = [];
  if (before.type !== after.type) problems.push(`was ${before.type} and is ${after.type}`);
  if (before.nullable && !after.nullable) problems.push('may no longer be null');
  if (!before.nullable && after.nullable) problems.push('may be null now, which the previous release does not expect');
  if (before.filled && !after.filled && !after.nullable) problems.push('has no default any more');
  return problems;
}

function ruleProblems(schema: string, old: SchemaShape, now: SchemaShape): ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  for (const [name, definition] of Object.entries(old.rules)) {
    // Whether rows may be told apart by it (on conflict) is up to the old one; a check or foreign key that is gone allows more.
    const allowsMore = /^(CHECK|FOREIGN KEY)/.test(definition);
    if (now.rules[name] === undefined && !allowsMore && !Object.values(now.rules).includes(definition))
      problems.push({ where: `${schema}.${name}`, what: 'is gone, and rows were unique by it', contractable: true });
  }
  for (const [name, definition] of Object.entries(now.rules)) {
    const [table = ''] = name.split(': ');
    const before = old.tables[table];
    // A rule about new columns alone binds nobody who does not know them.
    if (!before || old.rules[name] === definition || Object.values(old.rules).includes(definition)) continue;
    const binds = Object.keys(before).some((column) => new RegExp(`\\b${column}\\b`).test(definition));
    if (!binds) continue;
    const what = old.rules[name] === undefined ? 'is a new rule for' : `was ${old.rules[name]}, another rule for`;
    problems.push({
      where: `${schema}.${name}`,
      what: `${what} rows that the previous release writes: ${definition}`,
      contractable: true,
    });
  }
  return problems;
}

function otherProblems(schema: string, old: SchemaShape, now: SchemaShape): ShapeProblem[] {
  return Object.entries(old.others).flatMap(([name, definition]) => {
    const found = now.others[name];
    const where = `${schema}: ${name}`;
    if (found === undefined) return [{ where, what: 'is gone', contractable: true }];
    const isSame = name.startsWith('type ')
      ? definition.split(', ').every((value) => found.split(', ').includes(value))
      : found === definition;
    return isSame ? [] : [{ where, what: `was ${definition} and is ${found}`, contractable: true }];
  });
}
