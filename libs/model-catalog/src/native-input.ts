/** A JSON Schema (2020-12 or a subset of it) as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The keywords of a native property that the parameter mapping reads. */
export interface NativeProperty {
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

/** The property at a dotted path (`generationConfig.imageConfig.aspectRatio`, numbers are array items), if declared. */
export function propertyAt(schema: JsonSchema, path: string): NativeProperty | undefined {
  let node: unknown = schema;
  for (const segment of path.split('.')) {
    if (!isObject(node)) return undefined;
    const next = isIndex(segment) ? node['items'] : child(node['properties'], segment);
    node = next;
  }
  return isObject(node) ? node : undefined;
}

/** Puts `value` at a dotted path, making the objects and arrays on the way. */
export function setAt(target: Record<string, unknown>, path: string, value: unknown): void {
  const segments = path.split('.');
  let node: Record<string, unknown> = target;
  segments.forEach((segment, position) => {
    const following = segments[position + 1];
    if (following === undefined) {
      node[segment] = value;
      return;
    }
    const existing = node[segment];
    const next = isObject(existing) ? existing : isIndex(following) ? [] : {};
    node[segment] = next;
    node = next as Record<string, unknown>;
  });
}

function child(properties: unknown, name: string): unknown {
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function isIndex(segment: string): boolean {
  return /^\d+$/.test(segment);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
