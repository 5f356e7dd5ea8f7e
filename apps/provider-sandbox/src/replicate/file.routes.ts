import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readMultipartForm, type MultipartForm } from '../multipart-form.js';
import { originOf, type SandboxContext } from '../sandbox-context.js';
import { ReplicateProblem } from './replicate-problem.js';
import { fileResource, type UploadedFile, type UploadedFiles } from './uploaded-files.js';

const MAX_FILE_BYTES = 100_000_000;

const downloadQuery = z.object({ owner: z.string(), expiry: z.coerce.number().int(), signature: z.string() });
const metadataSchema = z.record(z.string(), z.unknown());

/** `POST /files`, `GET` and `DELETE /files/{id}`, and its signed download. */
export function registerFileRoutes(app: FastifyInstance, context: SandboxContext, files: UploadedFiles): void {
  app.post('/files', async (request, reply) => {
    if (!request.isMultipart()) throw new ReplicateProblem(415, 'Unsupported media type');
    const form = await readMultipartForm(request, MAX_FILE_BYTES);
    const file = toUploadedFile(form, context.random.id(26), context.clock.now());
    files.add(file);
    return reply.code(201).send(fileResource(file, originOf(request)));
  });

  app.get('/files/:id', (request, reply) => reply.send(fileResource(findFile(request), originOf(request))));

  app.delete('/files/:id', async (request, reply) => {
    files.remove(findFile(request).id);
    return reply.code(204).send();
  });

  app.get('/files/:id/download', async (request, reply) => {
    const file = findFile(request);
    const query = downloadQuery.safeParse(request.query);
    const isAllowed =
      query.success && files.isSigned(file.id, query.data) && query.data.expiry * 1000 > context.clock.now();
    if (!isAllowed) throw new ReplicateProblem(404, 'File not found');
    return reply.type('application/octet-stream').send(file.bytes);
  });

  function findFile(request: FastifyRequest): UploadedFile {
    const { id } = z.object({ id: z.string() }).parse(request.params);
    const file = files.find(id, context.clock.now());
    if (!file) throw new ReplicateProblem(404, 'File not found');
    return file;
  }
}

function toUploadedFile({ fields, files }: MultipartForm, id: string, createdAt: number): UploadedFile {
  const content = files.find(({ name }) => name === 'content');
  if (!content) throw ReplicateProblem.invalid([{ type: 'required', field: '', description: 'content is required' }]);
  return {
    id,
    filename: fields['filename'] ?? content.filename,
    contentType: fields['type'] ?? content.contentType,
    bytes: content.bytes,
    // The official SDK sends the metadata as a JSON file part, other clients as a text field.
    metadata: readMetadata(
      fields['metadata'] ?? files.find(({ name }) => name === 'metadata')?.bytes.toString() ?? '{}',
    ),
    createdAt,
  };
}

function readMetadata(json: string): Record<string, unknown> {
  try {
    return metadataSchema.parse(JSON.parse(json));
  } catch {
    throw ReplicateProblem.invalid([
      { type: 'invalid_type', field: 'metadata', description: 'Invalid type. Expected: object' },
    ]);
  }
}
