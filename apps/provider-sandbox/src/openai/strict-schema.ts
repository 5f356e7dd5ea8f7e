import { OpenAiError } from './openai-error.js';

type Node = Readonly<Record<string, unknown>>;

/**
 * Refuses what strict structured outputs refuse: every object must forbid additional properties and require all of
 * its properties. Throws OpenAI's 400.
 */
export function assertStrictSchema(name: string, schema: unknown, param: string): void {
  visit(schema, []);

  function visit(value: unknown, path: readonly string[]): void {
    if (value === null || typeof value !== 'object') return;
    const node = value as Node;
    if (node['type'] === 'object' || node['properties'] !== undefined) {
      if (node['additionalProperties'] !== false)
        refuse(path, "'additionalProperties' is required to be supplied and to be false.");
      const properties = Object.keys((node['properties'] ?? {}) as Node);
      const required: unknown[] = Array.isArray(node['required']) ? node['required'] : [];
      const missing = properties.find((property) => !required.includes(property));
      if (missing !== undefined)
        refuse(
          path,
          `'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`,
        );
    }
    for (const [key, child] of Object.entries(node))
      if (key !== 'enum' && key !== 'const') visit(child, [...path, key]);
  }

  function refuse(path: readonly string[], problem: string): never {
    const context = path.map((part) => `'${part}'`).join(', ');
    throw new OpenAiError(400, `Invalid schema for response_format '${name}': In context=(${context}), ${problem}`, {
      param,
      code: 'invalid_json_schema',
    });
  }
}
