import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../native-input.js';

type Fields = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What differs between two input schemas: a sentence for each field. Descriptions are not looked at. */
export function compareSchemas(before: JsonSchema, after: JsonSchema): string[] {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  return [
    ...Object.keys(now).flatMap((name) => (old[name] ? [] : [`${name}: new field (${summary(now[name])})`])),
    ...Object.keys(old).flatMap((name) =>
      now[name] ? compareField(name, old[name] ?? {}, now[name]) : [`${name}: removed`],
    ),
    ...requiredOf(after).flatMap((name) => (requiredOf(before).includes(name) ? [] : [`${name}: became required`])),
    ...requiredOf(before).flatMap((name) =>
      requiredOf(after).includes(name) || !now[name] ? [] : [`${name}: is not required any more`],
    ),
  ];
}

/** Names of the fields that must be given. */
export function requiredOf(schema: JsonSchema): string[] {
  return Array.isArray(schema['required']) ? schema['required'].map(String) : [];
}

function compareField(
  name: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => key !== 'description');
  return keys.flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    if (isDeepStrictEqual(was, is)) return [];
    if (key === 'enum' && Array.isArray(was) && Array.isArray(is)) return compareEnum(name, was, is);
    return [`${name}: ${key} ${text(was)} → ${text(is)}`];
  });
}

function compareEnum(name: string, was: readonly unknown[], is: readonly unknown[]): string[] {
  const gone = was.filter((value) => !is.includes(value));
  const added = is.filter((value) => !was.includes(value));
  return [
    ...(gone.length > 0 ? [`${name}: no longer takes ${gone.map(text).join(', ')}`] : []),
    ...(added.length > 0 ? [`${name}: also takes ${added.map(text).join(', ')}`] : []),
  ];
}

function fieldsOf(schema: JsonSchema): Fields {
  return (schema['properties'] ?? {}) as Fields;
}

function summary(field: Readonly<Record<string, unknown>> = {}): string {
  return Array.isArray(field['enum']) ? `one of ${field['enum'].length}` : String(field['type'] ?? 'any');
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
