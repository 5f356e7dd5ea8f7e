import { STATUS_CODES } from 'node:http';
import { type EndpointDefinition, staticTag } from '../http/endpoint.js';
import { Problem, problemType } from '../http/problem.js';
import type { ServedRoute } from '../http/route-table.js';
import { SchemaComponents } from './schema-components.js';

type Json = Record<string, unknown>;

const problemMediaType = problemType.split(';', 1)[0] ?? problemType;

/** Builds the OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0) of the routes that are really served. */
export function openApiDocument(routes: readonly ServedRoute[], about: { version: string; serverUrl: string }): Json {
  const components = new SchemaComponents();
  const paths: Record<string, Json> = {};
  const problemSchema = components.schemaOf(Problem, 'output');
  for (const { method, path, endpoint } of routes) {
    // HEAD comes with every GET; the files of the web application are no part of the API.
    if (!endpoint || method === 'HEAD' || endpoint.tag === staticTag) continue;
    const item = (paths[toTemplate(path)] ??= {});
    item[method.toLowerCase()] = operation(endpoint, components, problemSchema);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Atelier',
      version: about.version,
      description: 'From what a person types to a finished picture or video. Errors are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: about.serverUrl }],
    tags: [...new Set(routes.flatMap(({ endpoint }) => endpoint?.tag ?? []))]
      .filter((name) => name !== staticTag)
      .sort()
      .map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).sort(([one], [other]) => (one < other ? -1 : 1))),
    components: { schemas: components.all(), securitySchemes },
  };
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'API key or JWT.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
} as const;

/** `/api/v1/generations/:id` → `/api/v1/generations/{id}`. */
function toTemplate(path: string): string {
  return path.replace(/:([A-Za-z]\w*)/g, '{$1}');
}

function operation(endpoint: EndpointDefinition, components: SchemaComponents, problemSchema: Json): Json {
  const { method, path, tag, summary, description, access, status = 200, answer } = endpoint;
  const body = requestBody(endpoint, components);
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    description: [description, scopeSentence(endpoint)].filter(Boolean).join('\n\n'),
    security: securityOf(access),
    ...(hasParameters(endpoint) ? { parameters: parameters(endpoint, components) } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: {
      [status]: {
        description: answer.description,
        ...(answer.schema || answer.contentType
          ? {
              content: {
                [answer.contentType ?? 'application/json']: {
                  ...(answer.schema ? { schema: components.schemaOf(answer.schema, 'output') } : {}),
                  ...(answer.example === undefined ? {} : { example: answer.example }),
                },
              },
            }
          : {}),
      },
      ...Object.fromEntries(
        problemStatuses(endpoint).map((problem) => [
          problem,
          {
            description: STATUS_CODES[problem] ?? 'Problem',
            content: { [problemMediaType]: { schema: problemSchema } },
          },
        ]),
      ),
    },
  };
}

function requestBody(endpoint: EndpointDefinition, components: SchemaComponents): Json | undefined {
  if (endpoint.upload) {
    const file = { type: 'string', format: 'binary' };
    const schema = { type: 'object', properties: { file }, required: ['file'] };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  const body = endpoint.documentedBody ?? endpoint.body;
  if (!body) return undefined;
  const example = endpoint.bodyExample === undefined ? {} : { example: endpoint.bodyExample };
  return {
    required: true,
    content: { 'application/json': { schema: components.schemaOf(body, 'input'), ...example } },
  };
}

function hasParameters({ params, query, headers, path }: EndpointDefinition): boolean {
  return Boolean(params ?? query ?? headers) || path.includes(':');
}

function parameters({ path, params, query, headers = {} }: EndpointDefinition, components: SchemaComponents): Json[] {
  const inPath = params ? properties(components.schemaOf(params, 'input')) : {};
  const inQuery = query ? components.schemaOf(query, 'input') : {};
  const required = new Set((inQuery['required'] ?? []) as string[]);
  const names = [...path.matchAll(/:([A-Za-z]\w*)/g)].map(([, name]) => name ?? '');
  return [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: inPath[name] ?? { type: 'string' } })),
    ...Object.entries(properties(inQuery)).map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.has(name),
      schema,
    })),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string' },
    })),
  ];
}

function properties(schema: Json): Record<string, Json> {
  return (schema['properties'] ?? {}) as Record<string, Json>;
}

function problemStatuses(endpoint: EndpointDefinition): number[] {
  const { access, path, body, params, query, upload, unlimited, whileClosed, problems = [] } = endpoint;
  const statuses = new Set(problems);
  if (access !== 'public') statuses.add(401);
  // The account may be closed.
  if (access !== 'public' && !whileClosed) statuses.add(409);
  if (access !== 'public' && access !== 'link') statuses.add(403);
  if (body ?? query) statuses.add(400);
  if (body) statuses.add(413).add(415);
  if (upload) statuses.add(400).add(413).add(415);
  if (params) statuses.add(404);
  if (path.startsWith('/api/')) statuses.add(500).add(503);
  if (path.startsWith('/api/') && !unlimited) statuses.add(429);
  return [...statuses].sort((one, other) => one - other);
}

function securityOf(access: EndpointDefinition['access']): Json[] {
  if (access === 'public') return [];
  const either = [{ bearer: [] }, { apiKey: [] }];
  return access === 'link' || access === 'operator' ? [...either, {}] : either;
}

function scopeSentence({ access }: EndpointDefinition): string {
  if (access === 'public') return 'Needs no identity.';
  if (access === 'link') return 'Needs a signed link, or the identity of the owner.';
  if (access === 'operator') return 'Needs the scope `admin`, or a caller on this machine.';
  return `Needs the scope \`${access}\`.`;
}

/** `POST /api/v1/generations/:id/cancel` → `postV1GenerationsIdCancel`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace(/^\/api/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}
