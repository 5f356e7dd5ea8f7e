import { FORBIDDEN_FIELDS } from '../check-model.js';
import type { JsonSchema } from '../native-input.js';

/** Keywords that say what a field takes; the others are Replicate's own (`title`, `x-order`, `nullable`). */
const keywords = [
  'type',
  'format',
  'description',
  'enum',
  'default',
  'minimum',
  'maximum',
  'multipleOf',
  'pattern',
  'maxLength',
  'minItems',
  'maxItems',
  'items',
] as const;
/** What a publisher may leave out although it holds; taken over from what the catalogue knows. */
const keptWhenUnsaid = [
  'format',
  'description',
  'multipleOf',
  'pattern',
  'maxLength',
  'minItems',
  'maxItems',
  'items',
] as const;

type Schema = Readonly<Record<string, unknown>>;

/**
 * A published input schema in the catalogue's form: references resolved, fields in their published order, nothing else
 * allowed, and without the fields that callers must never reach. `known` is the catalogue's present one.
 */
export function toInputSchema(schemas: Readonly<Record<string, JsonSchema>>, known: JsonSchema): JsonSchema {
  const input = asSchema(schemas['Input']);
  const knownFields = asSchema(known['properties']);
  const isAllowed = (name: string): boolean => !(FORBIDDEN_FIELDS as readonly string[]).includes(name);
  const published = Object.entries(asSchema(input['properties'])).filter(([name]) => isAllowed(name));
  const ordered = published.toSorted(([, one], [, other]) => orderOf(one) - orderOf(other));
  const fields = ordered.map(([name, field]) => [name, toField(field, schemas, asSchema(knownFields[name]))] as const);
  // Fields keep the place that they have, so that a refresh shows nothing but what changed.
  const place = new Map(Object.keys(knownFields).map((name, at) => [name, at]));
  const placed = fields.toSorted(
    ([one], [other]) => (place.get(one) ?? Infinity) - (place.get(other) ?? Infinity) || 0,
  );
  const required = Array.isArray(input['required']) ? input['required'].map(String).filter(isAllowed) : [];
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(placed),
    ...(required.length > 0 ? { required } : {}),
  };
}

function toField(field: unknown, schemas: Readonly<Record<string, JsonSchema>>, known: Schema): Schema {
  const resolved = resolve(asSchema(field), schemas);
  const said = Object.fromEntries(
    keywords.flatMap((key) => (resolved[key] === undefined ? [] : [[key, resolved[key]]])),
  );
  const kept = Object.fromEntries(
    keptWhenUnsaid.flatMap((key) => (said[key] === undefined && known[key] !== undefined ? [[key, known[key]]] : [])),
  );
  const merged: Schema = { ...said, ...kept };
  const order = [...Object.keys(known), ...keywords].filter((key, at, all) => all.indexOf(key) === at);
  return Object.fromEntries(order.flatMap((key) => (merged[key] === undefined ? [] : [[key, merged[key]]])));
}

/** Choices are published as a reference inside `allOf`, with the default beside it. */
function resolve(field: Schema, schemas: Readonly<Record<string, JsonSchema>>): Schema {
  const { allOf, $ref, ...own } = field;
  const parts = [...(Array.isArray(allOf) ? allOf.map(asSchema) : []), ...($ref === undefined ? [] : [{ $ref }])];
  const referred = parts.map((part) => {
    const name = String(part['$ref'] ?? '').replace('#/components/schemas/', '');
    return name === '' ? part : asSchema(schemas[name]);
  });
  return Object.assign({}, ...referred, own) as Schema;
}

function orderOf(field: unknown): number {
  const order = asSchema(field)['x-order'];
  return typeof order === 'number' ? order : Infinity;
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}
