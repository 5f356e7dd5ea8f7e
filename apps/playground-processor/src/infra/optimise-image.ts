import type { ConfigOf } from '../domain/image-job-config.js';
import type { ImageProcessor, ProcessedImage, SourceImage } from '../domain/image-processor.js';
import { encodeResult, figuresOf, openPixels, type PixelLimits, refusingDamaged } from './image-pixels.js';

const qualities = { low: 70, standard: 85, high: 95 } as const;
const mediaTypes = { webp: 'image/webp', jpg: 'image/jpeg', png: 'image/png', avif: 'image/avif' } as const;

/** Makes files smaller: one pass of sharp. */
export class OptimiseImage implements ImageProcessor<'batch_optimization'> {
  readonly pipelineVersion = '1';

  constructor(private readonly limits: PixelLimits) {}

  process(source: SourceImage, config: ConfigOf<'batch_optimization'>): Promise<ProcessedImage> {
    const quality = qualities[config.quality];
    const fit = config.maintainAspect ? 'inside' : 'fill';
    const resized = openPixels(source, this.limits).resize(config.maxSize, config.maxSize, {
      fit,
      withoutEnlargement: true,
    });
    const encoded = {
      webp: () => resized.webp({ quality }),
      jpg: () => resized.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: true }),
      png: () => resized.png({ compressionLevel: 9, palette: config.quality === 'low' }),
      avif: () => resized.avif({ quality }),
    }[config.format]();
    const extra = { format: config.format, quality };
    return refusingDamaged(() =>
      encodeResult(encoded, figuresOf(source), { contentType: mediaTypes[config.format], extra }),
    );
  }
}
