import { sizeForAspectRatio, sizeForShape, type PixelSize } from '../rendering/image-size.js';
import type { ImageFormat } from '../rendering/output-format.js';
import type { RenderJob } from '../rendering/rendering-studio.js';
import type { SourceImage } from '../rendering/source-image.js';
import type { ImageMedium, SandboxModel, VideoMedium } from './sandbox-model.js';

type Input = Readonly<Record<string, unknown>>;

const LTX_FRAMES_PER_SECOND = 24;
const VIDEO_LONG_SIDE = { '720p': 640, '1080p': 960 } as const;

/** What to render for output number `index` of a model called with `input` (defaults filled in). */
export function renderJobFor(
  model: SandboxModel,
  input: Input & { readonly seed: number },
  sources: readonly SourceImage[],
  index: number,
): RenderJob {
  const common = { prompt: captionFor(input), seed: input.seed + index, model: model.id, sources };
  return model.medium.kind === 'video'
    ? { kind: 'video', ...common, ...videoShape(model.medium, input, sources) }
    : {
        kind: 'image',
        ...common,
        ...imageSize(model.medium, input, sources),
        format: imageFormat(input),
        quality: numberOf(input['output_quality']) ?? 85,
        effect: model.medium.effect,
      };
}

/** The extension of a model's output files. */
export function renderFormat(model: SandboxModel, input: Input): ImageFormat | 'webm' {
  return model.medium.kind === 'video' ? 'webm' : imageFormat(input);
}

function imageFormat(input: Input): ImageFormat {
  const format = input['output_format'];
  return format === 'jpg' || format === 'webp' ? format : 'png';
}

function imageSize(medium: ImageMedium, input: Input, [source]: readonly SourceImage[]): PixelSize {
  const megapixels = numberOf(input['megapixels']) ?? medium.megapixels;
  const ratio = textOf(input['aspect_ratio']);
  const width = numberOf(input['width']);
  const height = numberOf(input['height']);
  if ((ratio === undefined || ratio === 'custom') && width !== undefined && height !== undefined)
    return { width: bounded(width), height: bounded(height) };
  const asked = ratio === undefined ? undefined : sizeForAspectRatio(ratio, megapixels);
  return asked ?? sizeForShape(source ?? { width: 1, height: 1 }, megapixels);
}

function videoShape(
  medium: VideoMedium,
  input: Input,
  [source]: readonly SourceImage[],
): PixelSize & { seconds: number; hasAudio: boolean } {
  const resolution = input['resolution'] === '1080p' ? '1080p' : '720p';
  const shape = source && medium.followsImage ? source : ratioOf(textOf(input['aspect_ratio']) ?? '16:9');
  const longSide = VIDEO_LONG_SIDE[resolution];
  const scale = longSide / Math.max(shape.width, shape.height);
  const frames = numberOf(input['length']);
  return {
    width: evenSide(shape.width * scale),
    height: evenSide(shape.height * scale),
    seconds: numberOf(input['duration']) ?? (frames === undefined ? medium.seconds : frames / LTX_FRAMES_PER_SECOND),
    hasAudio: medium.hasAudio && input['generate_audio'] !== false,
  };
}

/** The prompt, or for models without one the choices that were made. */
function captionFor(input: Input): string {
  const prompt = textOf(input['prompt']);
  if (prompt !== undefined) return prompt;
  const chosen = ['haircut', 'hair_color', 'style', 'persona', 'filter', 'background'].flatMap((name) => {
    const value = textOf(input[name]);
    return value === undefined || value === 'No change' ? [] : [`${name.replace('_', ' ')}: ${value}`];
  });
  return chosen.length > 0 ? chosen.join(', ') : 'input image';
}

function ratioOf(ratio: string): PixelSize {
  const [width = 16, height = 9] = ratio.split(':').map(Number);
  return { width, height };
}

function evenSide(side: number): number {
  return Math.max(64, Math.round(side / 2) * 2);
}

function bounded(side: number): number {
  return Math.min(2048, Math.max(64, Math.round(side)));
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
