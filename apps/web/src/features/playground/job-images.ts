import type { ImageJob, ImageJobStatus } from '../../api/gen/api.js';

/** One picture of a job, as it is shown. */
export interface JobImage {
  readonly index: number;
  readonly name: string;
  readonly state: 'waiting' | 'working' | 'done' | 'failed' | 'stopped';
  /** A link to the source, when it is a file of ours. */
  readonly before?: string;
  readonly after?: string;
  readonly figures?: ImageJob['metadata'][number];
  readonly error?: string;
}

/** True while something can still change. */
export function isActive(status: ImageJob['status']): boolean {
  return status === 'pending' || status === 'processing';
}

/**
 * Every picture of a job in the order of the request: results and failures as far as there are any, and where the job stands.
 * `status` may be newer than the job. `nameOf` gives the file's name, where it is known.
 */
export function imagesOf(
  job: ImageJob,
  status: Pick<ImageJobStatus, 'status' | 'current_image'>,
  nameOf: (index: number) => string,
): readonly JobImage[] {
  const results = new Map(
    job.metadata.map((figures, at) => [figures.index, { figures, after: job.result_image_urls[at] }]),
  );
  const errors = new Map(job.errors.map(({ index, message }) => [index, message]));
  return job.source_image_urls.map((_, index) => {
    const before = job.source_links[index] ?? undefined;
    const base = { index, name: nameOf(index), ...(before === undefined ? {} : { before }) };
    const result = results.get(index);
    if (result?.after !== undefined) return { ...base, state: 'done', after: result.after, figures: result.figures };
    const error = errors.get(index);
    if (error !== undefined) return { ...base, state: 'failed', error };
    if (!isActive(status.status)) return { ...base, state: 'stopped' };
    return { ...base, state: status.current_image === index + 1 ? 'working' : 'waiting' };
  });
}

/** Bytes of all sources with a result, and of the results. */
export function totalBytes(images: readonly JobImage[]): { readonly before: number; readonly after: number } {
  const known = images.flatMap(({ figures }) =>
    figures?.original_size !== undefined && figures.result_size !== undefined
      ? [{ before: figures.original_size, after: figures.result_size }]
      : [],
  );
  return {
    before: known.reduce((sum, { before }) => sum + before, 0),
    after: known.reduce((sum, { after }) => sum + after, 0),
  };
}

/** True when source and result can lie over each other; also when nothing is known about their sizes. */
export function hasSameShape({ figures }: JobImage): boolean {
  const { original_width, original_height, result_width, result_height } = figures ?? {};
  if (!original_width || !original_height || !result_width || !result_height) return true;
  return Math.abs((original_width * result_height) / (original_height * result_width) - 1) < 0.02;
}

/** A colour of a palette; shares of a palette add up to 1. */
export interface PaletteColour {
  readonly hex: string;
  readonly share: number;
}

/** A line of text in the result, in its pixels. */
export interface TextRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  readonly confidence: number;
}

/** The colours that were found; none when none were wished for. */
export function paletteOf({ figures }: JobImage): readonly PaletteColour[] {
  const palette: unknown = figures?.['palette'];
  return Array.isArray(palette) ? palette.filter(isColour) : [];
}

/** The text that was found; undefined when nobody looked for any. */
export function textRegionsOf({ figures }: JobImage): readonly TextRegion[] | undefined {
  const regions: unknown = figures?.['text_regions'];
  return Array.isArray(regions) ? (regions as readonly TextRegion[]) : undefined;
}

function isColour(value: unknown): value is PaletteColour {
  if (typeof value !== 'object' || value === null) return false;
  const { hex, share } = value as Partial<PaletteColour>;
  return typeof hex === 'string' && /^#[0-9a-f]{6}$/i.test(hex) && typeof share === 'number';
}
