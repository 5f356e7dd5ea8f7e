import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

interface Operation {
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly request: Readonly<Record<string, object>>;
  readonly responses: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** One request with its answer, as the client saw them. */
export interface Exchange {
  readonly method: string;
  /** Below the base URL, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly requestHeaders: Headers;
  /** Media type and parsed body; undefined when there was none. */
  readonly requestBody?: { readonly type: string; readonly value: unknown };
  readonly status: number;
  readonly responseType: string;
  readonly responseBody: unknown;
}

/** The extract of a provider's OpenAPI document (see `tools/extract-provider-specs.mjs`), as a judge of exchanges. */
export class ProviderContract {
  readonly #operations: Readonly<Record<string, Operation>>;
  readonly #ajv: Ajv;
  readonly #coercingAjv: Ajv;

  constructor(
    private readonly provider: 'openai' | 'replicate',
    /** The schema of errors, which the documents leave out for most operations. */
    private readonly errorSchema: object,
  ) {
    const file = path.join(import.meta.dirname, 'specs', `${provider}.json`);
    const { operations, schemas } = JSON.parse(readFileSync(file, 'utf8')) as {
      operations: Record<string, Operation>;
      schemas: Record<string, object>;
    };
    this.#operations = operations;
    this.#ajv = createAjv(schemas, false);
    // In a form everything is text, so numbers and flags are read from it.
    this.#coercingAjv = createAjv(schemas, true);
  }

  /** What is wrong with an exchange; empty when it keeps to the document. */
  violations(exchange: Exchange): string[] {
    const name = this.#operationOf(exchange);
    const operation = name === undefined ? undefined : this.#operations[name];
    const label = `${this.provider} ${exchange.method} ${exchange.path} ${exchange.status}`;
    if (!operation) return [`${label}: no such operation`];
    return [
      // A refused request is refused because it breaks the contract, so only its answer is judged.
      ...(exchange.status < 400 ? this.#requestViolations(operation, exchange) : []),
      ...this.#responseViolations(operation, exchange),
    ].map((violation) => `${label}: ${violation}`);
  }

  /** Errors of `value` against a schema of the document by name. */
  schemaViolations(schemaName: string, value: unknown): string[] {
    return check(this.#ajv.getSchema(`document#/schemas/${schemaName}`), value);
  }

  #operationOf({ method, path: requested }: Exchange): string | undefined {
    return Object.keys(this.#operations).find((name) => {
      const [operationMethod, template = ''] = name.split(' ');
      return operationMethod === method && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(requested);
    });
  }

  #requestViolations(operation: Operation, { requestHeaders, query, requestBody }: Exchange): string[] {
    const parameters = operation.parameters.flatMap((parameter) => {
      const value = parameter.in === 'header' ? requestHeaders.get(parameter.name) : query.get(parameter.name);
      if (parameter.in === 'path') return [];
      if (value === null) return parameter.required ? [`parameter ${parameter.name} is missing`] : [];
      return check(this.#coercingAjv.compile(rebase(parameter.schema)), value);
    });
    const types = Object.keys(operation.request);
    if (!requestBody) return parameters;
    const schema = operation.request[requestBody.type];
    if (!schema)
      return [...parameters, ...(types.length > 0 ? [`request type ${requestBody.type}`] : ['unexpected body'])];
    const ajv = requestBody.type === 'multipart/form-data' ? this.#coercingAjv : this.#ajv;
    return [...parameters, ...check(ajv.compile(rebase(schema)), requestBody.value).map((error) => `request ${error}`)];
  }

  #responseViolations(operation: Operation, { status, responseType, responseBody }: Exchange): string[] {
    const documented = operation.responses[String(status)];
    if (!documented)
      return status >= 400 ? check(this.#ajv.compile(rebase(this.errorSchema)), responseBody) : ['undocumented status'];
    // A status without content has no type either.
    if (Object.keys(documented).length === 0) return responseType === '' ? [] : [`unexpected ${responseType}`];
    const schema = documented[responseType];
    if (!schema) return [`response type ${responseType}`];
    return check(this.#ajv.compile(rebase(schema)), responseBody).map((error) => `response ${error}`);
  }
}

function createAjv(schemas: Record<string, object>, coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes });
  formats.default(ajv);
  ajv.addFormat('unixtime', { type: 'number', validate: (value: number) => value > 1e9 && value < 1e11 });
  ajv.addFormat('binary', true);
  ajv.addSchema({ $id: 'document', schemas });
  return ajv;
}

/** Points references into the document. */
function rebase(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/schemas/', '"document#/schemas/')) as object;
}

function check(validate: ValidateFunction | undefined, value: unknown): string[] {
  if (!validate) return ['no such schema'];
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
