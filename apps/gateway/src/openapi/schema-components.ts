import { z } from 'zod';

type Json = { readonly [name: string]: unknown };

/** JSON Schemas of an OpenAPI document: named zod schemas become components, everything else stands where it is used. */
export class SchemaComponents {
  readonly #components = new Map<string, Json>();

  /** What a caller sends (`input`) or receives (`output`). @throws when two different schemas have one name */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema: _dialect, $defs, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      this.#add(name, relocate(definition));
    }
    return relocate(root);
  }

  /** All components by name. */
  all(): Record<string, Json> {
    return Object.fromEntries([...this.#components].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #add(name: string, { id: _id, ...definition }: Json): void {
    const known = this.#components.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`two different schemas are named ${name}`);
    }
    this.#components.set(name, definition);
  }
}

/** `#/$defs/X` → `#/components/schemas/X`, at any depth. */
function relocate(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
