/**
 * Cuts the operations that the sandbox answers out of the providers' OpenAPI documents and writes them as plain JSON
 * Schema to test/specs, so that the contract tests need nothing but a clone.
 *
 *   node tools/extract-provider-specs.mjs [--check] [FOLDER]
 *
 * FOLDER holds openai.openapi.json and replicate.openapi.json; by default $SHARED_DIR/provider-specs or the folder
 * shared/provider-specs beside the repository. `--check` writes nothing and fails when test/specs is out of date;
 * its exit code is 2 when the documents are not there.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const OPERATIONS = {
  openai: [
    'POST /images/generations',
    'POST /images/edits',
    'POST /chat/completions',
    'POST /responses',
    'POST /moderations',
    'GET /models',
    'GET /models/{model}',
  ],
  replicate: [
    'GET /account',
    'GET /models/{model_owner}/{model_name}',
    'POST /models/{model_owner}/{model_name}/predictions',
    'POST /predictions',
    'GET /predictions',
    'GET /predictions/{prediction_id}',
    'POST /predictions/{prediction_id}/cancel',
    'POST /files',
    'GET /files/{file_id}',
    'DELETE /files/{file_id}',
    'GET /files/{file_id}/download',
    'GET /webhooks/default/secret',
  ],
};
/** Schemas that are needed although no operation names them. */
const EXTRA_SCHEMAS = { openai: ['ErrorResponse'], replicate: ['schemas_version_response'] };
const DROPPED = new Set([
  'description',
  'title',
  'example',
  'examples',
  'discriminator',
  'deprecated',
  '$recursiveRef',
  '$recursiveAnchor',
]);
const NAME_MAPS = new Set(['properties', 'patternProperties', '$defs']);

const project = path.resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const given = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const folder = given ?? path.join(process.env.SHARED_DIR ?? path.resolve(project, '../../../shared'), 'provider-specs');

for (const [provider, operations] of Object.entries(OPERATIONS)) {
  const source = path.join(folder, `${provider}.openapi.json`);
  if (!existsSync(source)) {
    console.error(`No provider document at ${source}`);
    process.exit(2);
  }
  const extract = extractFrom(JSON.parse(readFileSync(source, 'utf8')), operations, EXTRA_SCHEMAS[provider]);
  const target = path.join(project, 'test/specs', `${provider}.json`);
  if (!isCheck) writeFileSync(target, `${JSON.stringify(extract, null, 1)}\n`);
  else if (!isDeepStrictEqual(JSON.parse(readFileSync(target, 'utf8')), extract)) {
    console.error(`${target} is out of date: run node tools/extract-provider-specs.mjs`);
    process.exit(1);
  }
}

function extractFrom(document, operations, extraSchemas) {
  const extract = { version: document.info.version, operations: {}, schemas: {} };
  for (const name of operations) {
    const [method, template] = name.split(' ');
    const operation = document.paths[template][method.toLowerCase()];
    const parameters = [...(document.paths[template].parameters ?? []), ...(operation.parameters ?? [])].map(
      (parameter) => {
        const { name: parameterName, in: place, required = false, schema } = resolve(document, parameter);
        return { name: parameterName, in: place, required, schema: toJsonSchema(schema) };
      },
    );
    extract.operations[name] = {
      parameters,
      request: contentSchemas(operation.requestBody?.content),
      responses: Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [
          status,
          contentSchemas(resolve(document, response).content),
        ]),
      ),
    };
  }
  const pending = [...referenced(extract.operations), ...extraSchemas];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (extract.schemas[name]) continue;
    extract.schemas[name] = toJsonSchema(document.components.schemas[name]);
    pending.push(...referenced(extract.schemas[name]));
  }
  extract.schemas = Object.fromEntries(Object.entries(extract.schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return extract;
}

function contentSchemas(content = {}) {
  return Object.fromEntries(
    Object.entries(content)
      .filter(([type]) => type !== 'text/event-stream')
      .map(([type, { schema }]) => [type, toJsonSchema(schema)]),
  );
}

/** Drops prose and vendor extensions; turns OpenAPI 3.0's `nullable` into JSON Schema and shortens references. */
function toJsonSchema(schema) {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  const { nullable, ...rest } = schema;
  const result = {};
  for (const [key, value] of Object.entries(rest)) {
    if (DROPPED.has(key) || key.startsWith('x-') || key === 'default') continue;
    if (key === '$ref') result.$ref = value.replace('#/components/schemas/', '#/schemas/');
    else if (NAME_MAPS.has(key))
      result[key] = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, toJsonSchema(child)]));
    else if (key === 'enum' || key === 'const' || key === 'required') result[key] = value;
    else result[key] = toJsonSchema(value);
  }
  if (nullable !== true) return result;
  if (typeof result.type !== 'string') return { anyOf: [result, { type: 'null' }] };
  return { ...result, type: [result.type, 'null'], ...(result.enum ? { enum: [...result.enum, null] } : {}) };
}

function resolve(document, node) {
  if (!node.$ref) return node;
  return node.$ref
    .split('/')
    .slice(1)
    .reduce((value, key) => value[key], document);
}

function referenced(node) {
  return [...JSON.stringify(node).matchAll(/"#\/schemas\/([^"]+)"/g)].map((match) => match[1]);
}
