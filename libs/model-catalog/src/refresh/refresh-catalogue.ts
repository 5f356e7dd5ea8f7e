import type { JsonSchema } from '../native-input.js';
import { CatalogueError, parseCatalogue } from '../load-catalogue.js';
import { isMediaModel, type MediaModel } from '../model-schema.js';
import { propertyAt } from '../native-input.js';
import { compareSchemas, requiredOf } from './compare-schemas.js';
import { NotPublishedError, type PublishedModel } from './read-published-model.js';
import { toInputSchema } from './to-input-schema.js';

/** What became of one model. */
export interface ModelReport {
  readonly modelId: string;
  /** `breaks`: the published schema contradicts the model's mapping, so its entry was left as it is. */
  readonly outcome: 'same' | 'changed' | 'breaks' | 'not_published';
  readonly changes: readonly string[];
  /** What has to be decided by a person. */
  readonly problems: readonly string[];
}

/** The catalogue after a refresh, in the form of `data/models.json`, and what happened to each model. */
export interface CatalogueRefresh {
  readonly data: CatalogueFile;
  readonly reports: readonly ModelReport[];
}

/** The part of `data/models.json` that a refresh reads and writes. */
export interface CatalogueFile {
  readonly models: readonly ModelEntry[];
}

interface ModelEntry {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  readonly official?: boolean;
  readonly version?: string;
  readonly lifecycle: { readonly status: string };
  readonly input_schema?: JsonSchema;
}

/**
 * Compares every living Replicate model with what Replicate publishes, and takes over what fits. A schema that a mapping
 * does not fit any more is reported and not taken over: nothing is dropped for want of a field.
 * @throws what `read` throws, except that a model is not published
 */
export async function refreshCatalogue(
  file: CatalogueFile,
  read: (modelId: string) => Promise<PublishedModel>,
): Promise<CatalogueRefresh> {
  let data = file;
  const reports: ModelReport[] = [];
  for (const entry of file.models) {
    if (entry.provider !== 'replicate' || !entry.input_schema || entry.lifecycle.status === 'shut_down') continue;
    const refreshed = await refreshModel(data, entry, entry.input_schema, read);
    data = refreshed.data;
    reports.push(refreshed.report);
  }
  return { data, reports };
}

async function refreshModel(
  data: CatalogueFile,
  entry: ModelEntry,
  known: JsonSchema,
  read: (modelId: string) => Promise<PublishedModel>,
): Promise<{ data: CatalogueFile; report: ModelReport }> {
  const modelId = entry.id;
  let published: PublishedModel;
  try {
    published = await read(modelId);
  } catch (error) {
    if (!(error instanceof NotPublishedError)) throw error;
    return { data, report: { modelId, outcome: 'not_published', changes: [], problems: [error.message] } };
  }
  const schema = toInputSchema(published.schemas, known);
  const isMoved = entry.official === false && entry.version !== published.version;
  const changes = [
    ...(isMoved ? [`version: ${entry.version?.slice(0, 8)} → ${published.version.slice(0, 8)}`] : []),
    ...compareSchemas(known, schema),
  ];
  if (changes.length === 0) return { data, report: { modelId, outcome: 'same', changes, problems: [] } };
  const next = replaced(data, entry, { schema, version: published.version });
  const problems = problemsOf(next, modelId, known);
  return problems.length > 0
    ? { data, report: { modelId, outcome: 'breaks', changes, problems } }
    : { data: next, report: { modelId, outcome: 'changed', changes, problems } };
}

/** The catalogue with one entry changed; the version that a schema was read from stands behind it. */
function replaced(
  data: CatalogueFile,
  entry: ModelEntry,
  read: { schema: JsonSchema; version: string },
): CatalogueFile {
  const changed = Object.entries(entry).flatMap(([key, value]) => {
    if (key === 'input_schema')
      return [
        [key, read.schema],
        ['schema_version', read.version],
      ];
    if (key === 'schema_version') return [];
    return [[key, key === 'version' ? read.version : value]];
  });
  const next = Object.fromEntries(changed) as ModelEntry;
  return { ...data, models: data.models.map((model) => (model.id === entry.id ? next : model)) };
}

function problemsOf(data: CatalogueFile, modelId: string, known: JsonSchema): string[] {
  try {
    const model = parseCatalogue(data).find(modelId)?.model;
    return model && isMediaModel(model) ? [...newlyRequired(model, known), ...wrongConstants(model)] : [];
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return error.problems.map((problem) => problem.replace(`${modelId}: `, ''));
  }
}

/** A field that has to be sent now, and that nothing is certain to send. */
function newlyRequired({ inputSchema, prompt, images, constants, limits }: MediaModel, known: JsonSchema): string[] {
  const sent = new Set([
    ...Object.keys(constants),
    ...(prompt.rule === 'field' ? [prompt.field] : []),
    ...(limits.inputImages.min > 0 ? images.fields.slice(0, limits.inputImages.min).map(({ field }) => field) : []),
    ...requiredOf(known),
  ]);
  return requiredOf(inputSchema)
    .filter((name) => !sent.has(name))
    .map((name) => `${name} became required, and no mapping is certain to send it`);
}

function wrongConstants({ inputSchema, constants }: MediaModel): string[] {
  return Object.entries(constants).flatMap(([field, value]) => {
    const values = propertyAt(inputSchema, field)?.enum;
    return values && !values.some((one) => one === value)
      ? [`constants: ${field} does not take ${JSON.stringify(value)}`]
      : [];
  });
}
