import { readSourceImage, UnreadableImageError, type SourceImage } from '../rendering/source-image.js';
import type { SandboxModel } from './sandbox-model.js';

/** Finds the bytes behind one of the sandbox's own file or output URLs. */
export type OwnFileReader = (pathname: string) => Promise<Uint8Array | undefined>;

/**
 * The images in a model's input, in the order of its schema. Data URLs and files that the sandbox holds are read;
 * nothing is downloaded from elsewhere. Rejects with `InputImageError`, whose message becomes the prediction's error.
 */
export async function readInputImages(
  model: SandboxModel,
  input: Readonly<Record<string, unknown>>,
  readOwnFile: OwnFileReader,
): Promise<SourceImage[]> {
  const fields = Object.entries(model.input.properties).filter(
    ([name, field]) => field.format === 'uri' && name !== 'mask',
  );
  const images: SourceImage[] = [];
  for (const [name] of fields) {
    const value = input[name];
    if (typeof value === 'string') images.push(await readInputImage(name, value, readOwnFile));
  }
  return images;
}

async function readInputImage(field: string, value: string, readOwnFile: OwnFileReader): Promise<SourceImage> {
  const bytes = await readBytes(value, readOwnFile);
  if (!bytes)
    throw new InputImageError(
      `${field}: the sandbox reads data URLs and files uploaded to it; it downloads nothing from other hosts.`,
    );
  try {
    return await readSourceImage(bytes);
  } catch (error) {
    if (error instanceof UnreadableImageError) throw new InputImageError(`${field}: ${error.message}`);
    throw error;
  }
}

async function readBytes(value: string, readOwnFile: OwnFileReader): Promise<Uint8Array | undefined> {
  if (value.startsWith('data:')) {
    const [head = '', data = ''] = value.split(',', 2);
    return Buffer.from(data, head.endsWith(';base64') ? 'base64' : 'utf8');
  }
  return URL.canParse(value) ? readOwnFile(new URL(value).pathname) : undefined;
}

/** An input image could not be used; the message is what the prediction's `error` says. */
export class InputImageError extends Error {
  override readonly name = 'InputImageError';
}
