import type { FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { ReplicateProblem, type InvalidField } from './replicate-problem.js';

/**
 * Throws Replicate's 422 when `value` does not fit the JSON schema; fills in the schema's defaults in place.
 * The compiled check is kept per schema object, so `schema` must be the same object at every call.
 * @param root Name of the value in the messages: `input`, or empty for the request's body.
 */
export function assertFits(
  request: FastifyRequest,
  schema: Record<string, unknown>,
  value: unknown,
  root: string,
): void {
  const validate = request.compileValidationSchema(schema);
  const fits: unknown = validate(value);
  if (fits === true) return;
  throw ReplicateProblem.invalid((validate.errors ?? []).map((error) => toInvalidField(error, root)));
}

function toInvalidField(
  { keyword, instancePath, params, message }: FastifySchemaValidationError,
  root: string,
): InvalidField {
  const field = [root, ...instancePath.split('/').slice(1)].filter((part) => part !== '').join('.');
  const name = field.split('.').at(-1) ?? '';
  switch (keyword) {
    case 'required':
      return { type: 'required', field, description: `${String(params['missingProperty'])} is required` };
    case 'additionalProperties':
      return {
        type: 'additional_property_not_allowed',
        field,
        description: `Additional property ${String(params['additionalProperty'])} is not allowed`,
      };
    case 'enum': {
      const allowed: unknown = params['allowedValues'];
      const list = Array.isArray(allowed) ? allowed.map((item) => JSON.stringify(item)).join(', ') : '';
      return { type: 'enum', field, description: `${name} must be one of the following: ${list}` };
    }
    case 'minimum':
      return { type: 'number_gte', field, description: `Must be greater than or equal to ${String(params['limit'])}` };
    case 'maximum':
      return { type: 'number_lte', field, description: `Must be less than or equal to ${String(params['limit'])}` };
    case 'type':
      return { type: 'invalid_type', field, description: `Invalid type. Expected: ${String(params['type'])}` };
    default:
      return { type: keyword, field, description: message ?? 'Invalid value' };
  }
}
