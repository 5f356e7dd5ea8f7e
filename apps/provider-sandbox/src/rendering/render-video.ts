import sharp from 'sharp';
import { captionOverlay } from './caption.js';
import type { PixelSize } from './image-size.js';
import type { RenderedFile } from './output-format.js';
import type { Palette } from './palette.js';
import { renderPicture } from './render-image.js';
import { svgDocument } from './scene.js';
import type { SourceImage } from './source-image.js';
import { vp8KeyFrame } from './vp8-key-frame.js';
import { writeWebm } from './webm-file.js';

const FRAMES_PER_SECOND = 12;
const FRAMES_AT_ONCE = 2;
/** How much larger than a frame the picture is that the camera moves over. */
const PLATE_SCALE = 1.4;
const FRAME_QUALITY = 62;

/** Everything a clip depends on: equal jobs give equal bytes. */
export interface VideoJob extends PixelSize {
  readonly kind: 'video';
  readonly prompt: string;
  readonly seed: number;
  readonly model: string;
  readonly seconds: number;
  /** Adds a (silent) sound track. */
  readonly hasAudio: boolean;
  readonly sources: readonly SourceImage[];
}

/** A WebM clip: the camera moves over the scene or the source image while a light crosses it; marked SANDBOX. */
export async function renderVideo(job: VideoJob): Promise<RenderedFile> {
  const plateSize = { width: even(job.width * PLATE_SCALE), height: even(job.height * PLATE_SCALE) };
  const { picture, palette } = await renderPicture({ ...job, ...plateSize, effect: 'restore' });
  const plate = { ...plateSize, pixels: await rgb(await picture.png({ compressionLevel: 1 }).toBuffer()) };
  const bytes = await writeWebm({
    width: job.width,
    height: job.height,
    frames: renderFrames(job, plate, palette),
    framesPerSecond: FRAMES_PER_SECOND,
    ...(job.hasAudio ? { silenceSeconds: job.seconds } : {}),
  });
  return { bytes, contentType: 'video/webm' };
}

interface Plate extends PixelSize {
  /** RGB, three bytes a pixel. */
  readonly pixels: Buffer;
}

async function* renderFrames(job: VideoJob, plate: Plate, palette: Palette): AsyncGenerator<Uint8Array> {
  const total = Math.round(job.seconds * FRAMES_PER_SECOND);
  const caption = await sharp(Buffer.from(captionOverlay(job, palette, job.prompt, job.model)))
    .png()
    .toBuffer();
  const light = await sharp(Buffer.from(lightSprite(job, palette)))
    .png()
    .toBuffer();
  const render = (index: number) => renderFrame(job, plate, [caption, light], index / total);
  for (let index = 0; index < total; index += FRAMES_AT_ONCE) {
    const batch = Array.from({ length: Math.min(FRAMES_AT_ONCE, total - index) }, (_, offset) =>
      render(index + offset),
    );
    yield* await Promise.all(batch);
  }
}

async function renderFrame(
  job: VideoJob,
  plate: Plate,
  [caption, light]: readonly [Buffer, Buffer],
  time: number,
): Promise<Uint8Array> {
  const ease = (1 - Math.cos(Math.PI * time)) / 2;
  const zoom = PLATE_SCALE - (PLATE_SCALE - 1) * 0.7 * ease;
  const window = { width: Math.floor(job.width * zoom), height: Math.floor(job.height * zoom) };
  const side = lightSide(job);
  const webp = await sharp(plate.pixels, { raw: { width: plate.width, height: plate.height, channels: 3 } })
    .extract({
      ...window,
      left: Math.floor((plate.width - window.width) * ease),
      top: Math.floor(((plate.height - window.height) * (1 + Math.sin(Math.PI * 2 * time))) / 2),
    })
    .resize(job.width, job.height, { kernel: 'linear', fit: 'fill' })
    .composite([
      {
        input: light,
        left: Math.round((job.width - side) * time),
        top: Math.round((job.height - side) * (0.3 + 0.2 * Math.sin(Math.PI * 4 * time))),
      },
      { input: caption, left: 0, top: 0 },
    ])
    .removeAlpha()
    .webp({ quality: FRAME_QUALITY, effort: 0 })
    .toBuffer();
  return vp8KeyFrame(webp);
}

function lightSide({ width, height }: PixelSize): number {
  return even(Math.min(width, height) * 0.3);
}

function lightSprite(frame: PixelSize, palette: Palette): string {
  const side = lightSide(frame);
  return svgDocument(
    { width: side, height: side },
    `<defs><radialGradient id="light"><stop offset="0" stop-color="#fff"/><stop offset=".25" stop-color="${palette.light}" stop-opacity=".8"/>
    <stop offset="1" stop-color="${palette.light}" stop-opacity="0"/></radialGradient></defs>
    <circle cx="50%" cy="50%" r="50%" fill="url(#light)"/>`,
  );
}

function rgb(picture: Buffer): Promise<Buffer> {
  return sharp(picture).flatten({ background: '#000' }).toColourspace('srgb').raw().toBuffer();
}

function even(value: number): number {
  return Math.round(value / 2) * 2;
}
