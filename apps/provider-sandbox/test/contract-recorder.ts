import { ProviderContract, type Exchange } from './provider-contract.js';

/** A fetch for the official SDKs that keeps every request and answer and holds them against the provider's document. */
export class ContractRecorder {
  readonly exchanges: Exchange[] = [];

  constructor(
    private readonly baseUrl: () => string,
    readonly contract: ProviderContract,
  ) {}

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, { ...init, ...(init?.body ? { duplex: 'half' } : {}) });
    // The openai SDK tries out its fetch on a data URL before it sends a form.
    if (!request.url.startsWith(this.baseUrl())) return fetch(request);
    const requestBody = await readRequestBody(request.clone());
    const response = await fetch(request);
    const text = await response.clone().text();
    const responseType = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const url = new URL(request.url);
    this.exchanges.push({
      method: request.method,
      path: url.pathname.slice(new URL(this.baseUrl()).pathname.length),
      query: url.searchParams,
      requestHeaders: request.headers,
      ...(requestBody === undefined ? {} : { requestBody }),
      status: response.status,
      responseType,
      responseBody: responseType.endsWith('json') ? (JSON.parse(text) as unknown) : text,
    });
    return response;
  };

  /** Everything in the exchanges so far that breaks the document. */
  violations(): string[] {
    return this.exchanges.flatMap((exchange) => this.contract.violations(exchange));
  }
}

/** Replicate's document names errors only for files: `application/problem+json` with a `detail`. */
export function replicateContract(): ProviderContract {
  return new ProviderContract('replicate', {
    type: 'object',
    required: ['detail'],
    properties: { detail: { type: 'string' }, status: { type: 'integer' }, title: { type: 'string' } },
  });
}

/** OpenAI's document has the schema of errors, but names it only for 429. */
export function openAiContract(): ProviderContract {
  return new ProviderContract('openai', { $ref: '#/schemas/ErrorResponse' });
}

async function readRequestBody(request: Request): Promise<Exchange['requestBody']> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0] ?? '';
  if (request.body === null) return undefined;
  if (type === 'multipart/form-data') return { type, value: await readForm(await request.formData()) };
  const text = await request.text();
  return text === '' ? undefined : { type, value: JSON.parse(text) as unknown };
}

/** A form as the documents describe it: files are strings, `name[]` is an array, JSON parts are objects. */
async function readForm(form: FormData): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const values = await Promise.all(
      form.getAll(name).map(async (value) => {
        if (typeof value === 'string') return value;
        return value.type === 'application/json' ? (JSON.parse(await value.text()) as unknown) : value.name;
      }),
    );
    if (name.endsWith('[]')) result[name.slice(0, -2)] = values;
    else result[name] = values[0];
  }
  return result;
}
