import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hashInput } from '../canonical-json.js';
import { faultSubject, type ProviderSurface } from '../control/misbehaving-requests.js';
import { readMultipartForm, type FormFile, type MultipartForm } from '../multipart-form.js';
import { readSourceImage, UnreadableImageError, type SourceImage } from '../rendering/source-image.js';
import type { SandboxContext } from '../sandbox-context.js';
import { takeTime } from '../synchronous-work.js';
import {
  editSchema,
  generationSchema,
  namedSize,
  nearestSize,
  toImageRequest,
  type ImageRequest,
} from './image-request.js';
import { imageUsage } from './image-usage.js';
import { OpenAiError, openAiErrorForStatus } from './openai-error.js';
import { parseBody } from './request-body.js';

const IMAGE_SECONDS = 3;
const MAX_SEED = 2 ** 31;
const MAX_FILE_BYTES = 50_000_000;
const MAX_INPUT_IMAGES = 16;
const SQUARE = { width: 1024, height: 1024 };

/** `POST /images/generations` and `POST /images/edits`. */
export function registerImageRoutes(app: FastifyInstance, context: SandboxContext, surface: ProviderSurface): void {
  app.post('/images/generations', { config: { isPaid: true } }, async (request, reply) => {
    const image = toImageRequest(parseBody(generationSchema, request.body), 'gpt-image-2');
    return answer(request, reply, image, { sources: [], inputHash: hashInput(request.body) });
  });

  app.post('/images/edits', { config: { isPaid: true }, preValidation: readForm }, async (request, reply) => {
    const form = request.body as MultipartForm;
    const image = toImageRequest(parseBody(editSchema, form.fields), 'gpt-image-1.5');
    const files = form.files.filter(({ name }) => name === 'image' || name === 'image[]');
    if (files.length === 0)
      throw new OpenAiError(400, "Missing required parameter: 'image'.", {
        param: 'image',
        code: 'missing_required_parameter',
      });
    if (files.length > MAX_INPUT_IMAGES) throw OpenAiError.invalidValue('image', 'At most 16 images are accepted.');
    const sources: SourceImage[] = [];
    for (const file of files) sources.push(await readImage(file, 'image'));
    const mask = await readMask(form, sources);
    return answer(request, reply, image, {
      sources,
      inputHash: hashInput({ ...form.fields, files: form.files.map(({ name, bytes }) => [name, hashInput(bytes)]) }),
      ...(mask === undefined ? {} : { mask }),
    });
  });

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    image: ImageRequest,
    input: { sources: readonly SourceImage[]; mask?: SourceImage; inputHash: string },
  ): Promise<FastifyReply> {
    const { clock, creations, faults, random, studio } = context;
    const fault = faults.take(faultSubject(surface, request), ['policy_refusal', 'never_finish', 'fail']);
    if (fault?.kind === 'policy_refusal') throw refusal();
    const at = new Date(clock.now()).toISOString();
    creations.record({
      id: `img_${random.id(24)}`,
      provider: 'openai',
      model: image.model,
      at,
      inputHash: input.inputHash,
    });
    const isWanted = await takeTime(context, reply, IMAGE_SECONDS, fault?.kind === 'never_finish');
    if (!isWanted) return reply.hijack();
    if (fault?.kind === 'fail') throw openAiErrorForStatus(500);

    const [source] = input.sources;
    const size = image.size ?? (source ? nearestSize(source) : SQUARE);
    const seed = random.integer(MAX_SEED);
    const data: { b64_json: string }[] = [];
    for (let index = 0; index < image.count; index += 1) {
      const file = await studio.renderOnce(async () => ({
        kind: 'image',
        prompt: image.prompt,
        seed: seed + index,
        model: image.model,
        ...size,
        format: image.format === 'jpeg' ? 'jpg' : image.format,
        quality: image.compression,
        sources: input.sources,
        effect: 'restyle',
        isTransparent: image.isTransparent,
        ...(input.mask === undefined ? {} : { mask: input.mask }),
      }));
      data.push({ b64_json: file.bytes.toString('base64') });
    }
    const named = namedSize(size);
    return reply.send({
      created: Math.floor(clock.now() / 1000),
      background: image.isTransparent ? 'transparent' : 'opaque',
      data,
      output_format: image.format,
      quality: image.quality,
      ...(named === undefined ? {} : { size: named }),
      usage: imageUsage(image.prompt, input.sources.length, { ...image, ...size }),
    });
  }
}

/** Runs before the handler so that fault rules can see the model, which is a field of the form. */
async function readForm(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart())
    throw new OpenAiError(400, 'The sandbox takes image edits as multipart/form-data only.', {
      code: 'unsupported_content_type',
    });
  request.body = await readMultipartForm(request, MAX_FILE_BYTES);
}

async function readMask(form: MultipartForm, [image]: readonly SourceImage[]): Promise<SourceImage | undefined> {
  const file = form.files.find(({ name }) => name === 'mask');
  if (!file) return undefined;
  const mask = await readImage(file, 'mask');
  if (mask.width !== image?.width || mask.height !== image.height)
    throw OpenAiError.invalidValue('mask', 'Invalid mask image: the mask size does not match the image size.');
  return mask;
}

async function readImage(file: FormFile, param: string): Promise<SourceImage> {
  try {
    return await readSourceImage(file.bytes);
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error;
    throw new OpenAiError(400, 'Invalid image file or mode, please check your image file.', {
      type: 'image_generation_user_error',
      param,
      code: 'invalid_image_file',
    });
  }
}

function refusal(): OpenAiError {
  return new OpenAiError(400, 'Your request was rejected by the safety system.', {
    type: 'image_generation_user_error',
    code: 'moderation_blocked',
  });
}
