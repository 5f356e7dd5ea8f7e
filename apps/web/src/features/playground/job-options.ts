import type { ImageJob } from '../../api/gen/api.js';
import { optionStrings as text } from '../../strings/en/playground.js';

export type JobType = ImageJob['type'];
export type Quality = 'low' | 'standard' | 'high';

/** What can be chosen for each type of job; `config` of a request is made of it. */
export interface JobOptions {
  readonly batch_optimization: {
    readonly quality: Quality;
    readonly format: 'webp' | 'jpg' | 'png' | 'avif';
    readonly maxSize: number | undefined;
    readonly maintainAspect: boolean;
  };
  readonly image_enhancement: {
    readonly enhancementLevel: number;
    readonly sharpen: boolean;
    readonly denoise: boolean;
    readonly upscale: boolean;
  };
  readonly sketch_preparation: {
    readonly edges: 'none' | 'soft' | 'lineart';
    readonly contrast: number;
    readonly palette: number;
    readonly target: string;
    readonly fit: 'contain' | 'cover' | 'pad';
    readonly text: 'keep' | 'mask' | 'report';
  };
  readonly background_replacement: {
    readonly backgroundPrompt: string;
    readonly negativePrompt: string;
    readonly quality: Quality;
    readonly format: 'png' | 'webp' | 'jpg';
    readonly seed: number | undefined;
    readonly fitTarget: boolean;
  };
}

/** In the order in which they are offered. */
export const jobTypes: readonly JobType[] = [
  'batch_optimization',
  'image_enhancement',
  'sketch_preparation',
  'background_replacement',
];

/** The server's defaults. */
export const defaultOptions: JobOptions = {
  batch_optimization: { quality: 'standard', format: 'webp', maxSize: 1_920, maintainAspect: true },
  image_enhancement: { enhancementLevel: 5, sharpen: true, denoise: true, upscale: false },
  sketch_preparation: { edges: 'lineart', contrast: 1.2, palette: 6, target: '', fit: 'contain', text: 'keep' },
  background_replacement: {
    backgroundPrompt: '',
    negativePrompt: '',
    quality: 'standard',
    format: 'png',
    seed: undefined,
    fitTarget: false,
  },
};

/** What the server would refuse, a sentence by option. */
export function checkOptions(type: JobType, options: JobOptions): Readonly<Record<string, string>> {
  switch (type) {
    case 'batch_optimization': {
      const { maxSize } = options.batch_optimization;
      return maxSize !== undefined && isWhole(maxSize, 16, 8_192) ? {} : { maxSize: text.errors.maxSize };
    }
    case 'sketch_preparation':
      return isTarget(options.sketch_preparation.target) ? {} : { target: text.errors.target };
    case 'background_replacement': {
      const { backgroundPrompt, seed } = options.background_replacement;
      return {
        ...(backgroundPrompt.trim() === '' ? { backgroundPrompt: text.errors.backgroundPrompt } : {}),
        ...(seed === undefined || isWhole(seed, 0, 2 ** 31 - 1) ? {} : { seed: text.errors.seed }),
      };
    }
    case 'image_enhancement':
      return {};
  }
}

/** The options of one type as a request carries them: what is empty is left out. */
export function configOf(type: JobType, options: JobOptions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options[type])
      .map(([name, value]: [string, unknown]) => [name, typeof value === 'string' ? value.trim() : value])
      .filter(([, value]) => value !== '' && value !== undefined),
  );
}

/** Options that were kept from another day, with what came since. */
export function withDefaults(kept: Partial<JobOptions>): JobOptions {
  return Object.fromEntries(
    jobTypes.map((type) => [type, { ...defaultOptions[type], ...kept[type] }]),
  ) as unknown as JobOptions;
}

function isTarget(target: string): boolean {
  const written = target.trim();
  const size = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(written);
  if (size) return Math.max(Number(size[1]), Number(size[2])) <= 4_096;
  // Whether there is such a model the server knows; numbers alone are a size gone wrong.
  return written === '' || !/^[\dx×\s]+$/.test(written);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
