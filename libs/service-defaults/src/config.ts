import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Environment variables of a service: names as in `.env.example`, each with a description. */
export type ConfigShape = Readonly<Record<string, z.ZodType>>;

/** What `loadConfig` answers for a shape. */
export type ConfigOf<Shape extends ConfigShape> = z.output<z.ZodObject<Shape>>;

/** Thrown when the configuration is wrong; `message` has one line per problem and never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads and validates a service's variables. Empty means unset; `NAME_FILE` names a file that holds the value of `NAME`.
 * @throws ConfigError
 */
export function loadConfig<const Shape extends ConfigShape>(
  shape: Shape,
  env: NodeJS.ProcessEnv = process.env,
): ConfigOf<Shape> {
  const problems: string[] = [];
  const given = Object.fromEntries(Object.keys(shape).map((name) => [name, read(name, env, problems)]));
  const parsed = z.object(shape).safeParse(given);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return parsed.data as ConfigOf<Shape>;
}

function read(name: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (!env[name] && file) {
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch {
      problems.push(`${name}_FILE: the file can't be read`);
      return undefined;
    }
  }
  return env[name]?.trim() || undefined;
}

/** A whole number with a default. */
export const integer = (fallback: number, range: { min?: number; max?: number } = {}) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(range.min ?? 0, `must be at least ${range.min ?? 0}`)
    .max(range.max ?? Number.MAX_SAFE_INTEGER, `must be at most ${range.max ?? 'a safe integer'}`)
    .default(fallback);

/** A number with a default. */
export const decimal = (fallback: number, range: { min?: number; max?: number } = {}) =>
  z.coerce
    .number({ error: 'must be a number' })
    .min(range.min ?? 0, `must be at least ${range.min ?? 0}`)
    .max(range.max ?? Number.MAX_SAFE_INTEGER)
    .default(fallback);

/** true/false, yes/no, 1/0. */
export const flag = (fallback: boolean) => z.stringbool({ error: 'must be true or false' }).default(fallback);

/** A secret: never printed, not even in an error. */
export const secret = () => z.string().optional();

/** Dollars in the environment, integer micro-dollars in the program. */
export const dollars = (fallback: number) => decimal(fallback).transform((value) => Math.round(value * 1_000_000));
