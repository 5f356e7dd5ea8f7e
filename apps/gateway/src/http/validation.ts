import type { FieldViolation } from '@atelier/errors';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { gatewayErrors } from '../gateway.errors.js';

type Issue = z.core.$ZodIssue;
type Part = 'body' | 'querystring' | 'params' | 'headers';

/** Runs the zod schemas of endpoints where Fastify would run Ajv; what they answer replaces the raw value. */
export const zodValidatorCompiler = (({ schema, httpPart }) =>
  (value: unknown) => {
    const result = (schema as unknown as z.ZodType).safeParse(value ?? undefined);
    return result.success ? { value: result.data } : { error: toValidationError(result.error, httpPart as Part) };
  }) satisfies FastifySchemaCompiler<FastifySchema>;

/** A wrong part of a request as the error to answer. An id that can't exist is simply not found. */
export function toValidationError(error: z.ZodError, part: Part = 'body') {
  if (part === 'params') return gatewayErrors.RESOURCE_NOT_FOUND();
  const violations = error.issues.flatMap((issue) => toViolations(issue, part));
  const onlyUnknown = error.issues.every((issue) => issue.code === 'unrecognized_keys');
  const make = onlyUnknown ? gatewayErrors.UNKNOWN_FIELD : gatewayErrors.INVALID_REQUEST;
  return make({ message: sentence(violations, onlyUnknown), violations });
}

function toViolations(issue: Issue, part: Part): FieldViolation[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'This field is not known.' }));
  }
  const field = issue.path.join('.') || (part === 'body' ? 'body' : 'query');
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ field, message: missing ? 'This field is required.' : issue.message }];
}

function sentence(violations: readonly FieldViolation[], onlyUnknown: boolean): string {
  const [first] = violations;
  const fields = violations.map(({ field }) => field).join(', ');
  if (onlyUnknown) return `The request has fields that are not known: ${fields}.`;
  return violations.length === 1 && first
    ? `The field ${first.field} is wrong: ${first.message.replace(/\.?$/, '.')}`
    : `These fields are wrong: ${fields}.`;
}
