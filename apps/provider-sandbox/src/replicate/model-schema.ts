import type { SandboxModel } from './sandbox-model.js';

const inputSchemas = new WeakMap<SandboxModel, Record<string, unknown>>();

/** The `Input` component of a model's OpenAPI document; the same object at every call. */
export function inputSchemaOf(model: SandboxModel): Record<string, unknown> {
  const known = inputSchemas.get(model);
  if (known) return known;
  const properties = Object.entries(model.input.properties).map(([name, field], order) => [
    name,
    { ...field, title: titleOf(name), 'x-order': order },
  ]);
  const schema = {
    type: 'object',
    title: 'Input',
    required: model.input.required,
    properties: Object.fromEntries(properties) as object,
  };
  inputSchemas.set(model, schema);
  return schema;
}

/** A minimal but valid OpenAPI document for a model, in the form that `latest_version.openapi_schema` has. */
export function openApiSchemaOf(model: SandboxModel): object {
  const url = { type: 'string', format: 'uri' };
  return {
    openapi: '3.0.2',
    info: { title: 'Cog', version: '0.1.0' },
    paths: {
      '/predictions': {
        post: {
          summary: 'Predict',
          operationId: 'predict_predictions_post',
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Input' } } } },
          responses: {
            200: {
              description: 'Successful Response',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Output' } } },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        Input: inputSchemaOf(model),
        Output: { title: 'Output', ...(model.output === 'many' ? { type: 'array', items: url } : url) },
      },
    },
  };
}

function titleOf(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/g, (_match, letter: string) => ` ${letter.toUpperCase()}`).trim();
}
