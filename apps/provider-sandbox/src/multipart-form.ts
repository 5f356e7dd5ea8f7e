import type { FastifyRequest } from 'fastify';

const MAX_PARTS = 40;

/** A file part, complete in memory. */
export interface FormFile {
  readonly name: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** A multipart form; a repeated text field keeps its last value. */
export interface MultipartForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly FormFile[];
}

/** Reads a multipart body whole. Rejects with a Fastify 413 error when a part exceeds `maxFileBytes`. */
export async function readMultipartForm(request: FastifyRequest, maxFileBytes: number): Promise<MultipartForm> {
  const fields: Record<string, string> = {};
  const files: FormFile[] = [];
  for await (const part of request.parts({ limits: { fileSize: maxFileBytes, parts: MAX_PARTS } })) {
    if (part.type === 'file')
      files.push({
        name: part.fieldname,
        filename: part.filename,
        contentType: part.mimetype,
        bytes: await part.toBuffer(),
      });
    else fields[part.fieldname] = String(part.value);
  }
  return { fields, files };
}
