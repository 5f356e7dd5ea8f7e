import type { ConfigOf } from '../../domain/image-job-config.js';
import type { ImageContext, ImageProcessor, ProcessedImage, SourceImage } from '../../domain/image-processor.js';
import { longestSketchEdge, type Size, targetSize } from '../../domain/sketch-target.js';
import type { PixelLimits } from '../image-pixels.js';
import { asBuffer, type ImageThreads } from '../image-threads.js';
import type { TextRegion } from './detect-text.js';
import { findText } from './find-text.js';
import type { FitTask } from './fit-picture.js';
import type { TextThread } from './text-thread.js';

type Config = ConfigOf<'sketch_preparation'>;

/** Prepares a picture for a sketch-to-image model: its text is looked for if that is wanted, then it is drawn. */
export class SketchImage implements ImageProcessor<'sketch_preparation'> {
  readonly pipelineVersion = '2';

  constructor(
    private readonly limits: PixelLimits,
    private readonly threads: ImageThreads,
    private readonly textThread: Pick<TextThread, 'detectText'>,
  ) {}

  async process(source: SourceImage, config: Config, context: ImageContext): Promise<ProcessedImage> {
    const target = config.target === undefined ? undefined : targetSize(config.target, source);
    const task: FitTask = { source, limits: this.limits, frame: frameOf(config.fit, target) };
    const regions = await this.textOf(task, config, context);
    return asBuffer(await this.threads.run('drawSketch', { ...task, config, target, regions }, context));
  }

  /** The picture is decoded for this and again for drawing: in between it would take memory for as long as text is looked for. */
  private async textOf(
    task: FitTask,
    { text }: Config,
    context: ImageContext,
  ): Promise<readonly TextRegion[] | undefined> {
    if (text !== 'mask' && text !== 'report') return undefined;
    const searched = await this.threads.run('pictureToSearch', task, context);
    context.onProgress(0.1);
    const regions = await findText(searched, this.textThread, context.signal);
    context.onProgress(0.4);
    return regions;
  }
}

function frameOf(fit: Config['fit'], target: Size | undefined): FitTask['frame'] {
  if (target) return { ...target, fit: fit === 'cover' ? 'cover' : 'inside', withoutEnlargement: false };
  return { width: longestSketchEdge, height: longestSketchEdge, fit: 'inside', withoutEnlargement: true };
}
