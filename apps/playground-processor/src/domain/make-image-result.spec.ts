import { type ImageProcessor, type ImageProcessors, ImagePending, ImageRefused } from './image-processor.js';
import type { ImageJobConfig } from './image-job-config.js';
import { MakeImageResult, type ResultStore } from './make-image-result.js';

const image = { bytes: Buffer.from('in'), contentType: 'image/png', width: 1, height: 1, frames: 1 };
const processed = { bytes: Buffer.from('out'), contentType: 'image/png', width: 1, height: 1, metadata: {} };
const kept = { assetId: 'a', storageKey: 'a.png', metadata: {} };
const background: ImageJobConfig = {
  type: 'background_replacement',
  backgroundPrompt: 'a beach',
  quality: 'low',
  format: 'png',
  fitTarget: false,
};
const smaller: ImageJobConfig = {
  type: 'batch_optimization',
  quality: 'low',
  format: 'png',
  maxSize: 16,
  maintainAspect: true,
};

function build(save: ResultStore['save'], over: Partial<ImageProcessor<'background_replacement'>> = {}) {
  const bought: string[] = [];
  const free = { pipelineVersion: '1', process: async () => processed };
  const processors: ImageProcessors = {
    background_replacement: {
      pipelineVersion: undefined,
      process: async (_image, _config, { jobId }) => {
        bought.push(jobId);
        return { ...processed, costMicros: 39_000 };
      },
      resume: async () => (bought.length > 0 ? { ...processed, costMicros: 39_000 } : undefined),
      ...over,
    },
    batch_optimization: free,
    image_enhancement: free,
    sketch_preparation: free,
  };
  const results: ResultStore = { find: async () => undefined, save };
  const make = new MakeImageResult({ read: async () => image }, processors, results, async () => 'key');
  const end = new AbortController();
  const context = { ownerId: 'sarah', jobId: 'j', index: 0, signal: end.signal, onProgress: () => {} };
  return { make: (config: ImageJobConfig) => make.make('data:,', config, context), bought, end };
}

it('keeps what was bought when storing it fails: the next try has it, and buys nothing', async () => {
  let full = true;
  const { make, bought } = build(async () => {
    if (full) throw new Error('ENOSPC');
    return kept;
  });
  await expect(make(background)).rejects.toBeInstanceOf(ImagePending);
  full = false;
  expect(await make(background)).toEqual({ ...kept, costMicros: 39_000 });
  expect(bought).toEqual(['j']);
});

it('does not try again what is refused', async () => {
  const refusal = new ImageRefused('No money is left.');
  const { make } = build(async () => kept, { process: () => Promise.reject(refusal) });
  await expect(make(background)).rejects.toBe(refusal);
});

it('passes on why it was ended', async () => {
  const { make, end } = build(async () => kept, {
    process: (_image, _config, { signal }) => {
      end.abort(new Error('cancelled'));
      return Promise.reject(signal.reason);
    },
  });
  await expect(make(background)).rejects.toThrow('cancelled');
});

it('passes on what fails where nothing was bought', async () => {
  const failure = new Error('ENOSPC');
  const { make } = build(() => Promise.reject(failure));
  await expect(make(smaller)).rejects.toBe(failure);
});
