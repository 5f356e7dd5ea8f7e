import type { UserRequest } from './conversation.js';
import { guessWorkflow, seemsToNeedSearch } from './guess-workflow.js';
import type { SandboxPage } from './sandbox-web-search.js';

type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 8;
const NOTE = 'Sandbox guess from keywords; no language model was asked.';

/**
 * A value that fits a JSON schema of the strict subset, the same for the same request, and clearly a sandbox's.
 * A list of things with a `url` becomes the pages that were found, and one that was not: language models invent addresses.
 */
export function answerSchema(root: Schema, request: UserRequest, pages: readonly SandboxPage[] = []): unknown {
  return answer(root, '', 0);

  function answer(schema: Schema, name: string, depth: number, page?: SandboxPage): unknown {
    const { $ref: reference, const: constant, enum: values, anyOf, oneOf } = schema;
    if (typeof reference === 'string') return answer(resolve(root, reference), name, depth + 1);
    if (constant !== undefined) return constant;
    if (Array.isArray(values)) return chooseValue(values, request);
    const options = Array.isArray(anyOf) ? anyOf : oneOf;
    if (Array.isArray(options)) return answer(chooseOption(options.map(toSchema), depth), name, depth + 1);
    switch (typeOf(schema, depth)) {
      case 'object':
        return Object.fromEntries(
          Object.entries(toSchema(schema['properties'])).map(([key, property]) => [
            key,
            (page && pageField(page, key)) ?? answer(toSchema(property), key, depth + 1),
          ]),
        );
      case 'array': {
        const items = toSchema(schema['items']);
        const shown = 'url' in toSchema(items['properties']) ? pages : [];
        const wanted = numberOr(schema['minItems'], depth < MAX_DEPTH / 2 ? shown.length + 1 : 0);
        const length = Math.min(wanted, numberOr(schema['maxItems'], Infinity));
        return Array.from({ length }, (_, index) => answer(items, name, depth + 1, shown[index]));
      }
      case 'integer':
      case 'number':
        return clamp(schema, /confidence|score|probability/.test(name) ? 0.55 : 0);
      case 'boolean':
        return answerBoolean(name, request);
      case 'null':
        return null;
      default:
        return answerText(schema, name, request);
    }
  }
}

/** What a page says for a property of that name; undefined for any other. */
function pageField({ title, url, snippet, imageUrl }: SandboxPage, name: string): string | undefined {
  if (/image/i.test(name)) return imageUrl;
  return { title, url, snippet }[name];
}

function answerText(schema: Schema, name: string, { prompt }: UserRequest): string {
  const text =
    schema['format'] === 'uri' || /url$/i.test(name)
      ? 'https://sandbox.example/result'
      : /prompt/i.test(name)
        ? `${prompt}, high detail, natural light`
        : /query/i.test(name)
          ? prompt
          : NOTE;
  return text.padEnd(numberOr(schema['minLength'], 0), '.').slice(0, numberOr(schema['maxLength'], Infinity));
}

function answerBoolean(name: string, { prompt }: UserRequest): boolean {
  if (/search/i.test(name)) return seemsToNeedSearch(prompt);
  return /enhance/i.test(name) && prompt.trim().split(/\s+/).length < 5;
}

function chooseValue(values: readonly unknown[], { prompt, hasImage }: UserRequest): unknown {
  const workflow = guessWorkflow(prompt, hasImage);
  return values.includes(workflow) ? workflow : values[0];
}

/** The first option, or `null` where a schema that contains itself has to end. */
function chooseOption(options: readonly Schema[], depth: number): Schema {
  const isNull = (option: Schema) => option['type'] === 'null';
  return options.find((option) => isNull(option) === depth >= MAX_DEPTH) ?? options[0] ?? {};
}

function typeOf(schema: Schema, depth: number): unknown {
  const { type } = schema;
  if (!Array.isArray(type)) return type ?? (schema['properties'] === undefined ? 'string' : 'object');
  return type.find((name) => (name === 'null') === depth >= MAX_DEPTH) ?? type[0];
}

function clamp(schema: Schema, wanted: number): number {
  const low = numberOr(schema['minimum'], -Infinity);
  const high = numberOr(schema['maximum'], Infinity);
  const value = Math.min(high, Math.max(low, wanted));
  return schema['type'] === 'integer' ? Math.ceil(value) : value;
}

function resolve(root: Schema, reference: string): Schema {
  return reference
    .split('/')
    .slice(1)
    .reduce<Schema>((schema, key) => toSchema(schema[key]), root);
}

function toSchema(value: unknown): Schema {
  return value !== null && typeof value === 'object' ? (value as Schema) : {};
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
