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
  const results: ResultStore = { remembers: false, find: async () => undefined, save };
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

describe('equal work at the same moment', () => {
  const contextOf = (signal = new AbortController().signal, maxWaitMs?: number) => {
    return { ownerId: 'sarah', jobId: 'j', index: 0, signal, onProgress: () => {}, ...(maxWaitMs && { maxWaitMs }) };
  };

  function buildSlow({ remembers }: { readonly remembers: boolean }) {
    const works: PromiseWithResolvers<typeof processed>[] = [];
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = {
      pipelineVersion: '1',
      process: () => {
        const work = Promise.withResolvers<typeof processed>();
        begun[works.push(work) - 1]?.resolve();
        return work.promise;
      },
    };
    let stored: typeof kept | undefined;
    const results: ResultStore = {
      remembers,
      find: async () => (remembers ? stored : undefined),
      save: async () => (stored = kept),
    };
    const processors: ImageProcessors = {
      background_replacement: slow,
      batch_optimization: slow,
      image_enhancement: slow,
      sketch_preparation: slow,
    };
    const maker = new MakeImageResult({ read: async () => image }, processors, results, async () => 'key');
    const make = (context = contextOf()) => maker.make('data:,', smaller, context);
    return { make, works, begun: (at: number) => begun[at]?.promise };
  }

  it('is done once, and answers all who asked for it', async () => {
    const { make, works, begun } = buildSlow({ remembers: true });
    const [one, other] = [make(), make()];
    await begun(0);
    works[0]?.resolve(processed);
    expect(await one).toEqual({ ...kept, costMicros: 0 });
    expect(await other).toEqual({ ...kept, metadata: { cached: true }, costMicros: 0 });
    expect(works).toHaveLength(1);
  });

  it('is taken over by who waited when it fails', async () => {
    const { make, works, begun } = buildSlow({ remembers: true });
    const [one, other] = [make(), make()];
    await begun(0);
    works[0]?.reject(new Error('cancelled'));
    await expect(one).rejects.toThrow('cancelled');
    await begun(1);
    works[1]?.resolve(processed);
    expect(await other).toEqual({ ...kept, costMicros: 0 });
  });

  it('does not hold who no longer wants it', async () => {
    const { make, works, begun } = buildSlow({ remembers: true });
    const one = make();
    await begun(0);
    const end = new AbortController();
    const other = make(contextOf(end.signal));
    end.abort(new Error('cancelled'));
    await expect(other).rejects.toThrow('cancelled');
    works[0]?.resolve(processed);
    await one;
  });

  it('is done for each who can’t wait, and where results are not found again', async () => {
    for (const { remembers, maxWaitMs } of [
      { remembers: true, maxWaitMs: 5 },
      { remembers: false, maxWaitMs: undefined },
    ]) {
      const { make, works, begun } = buildSlow({ remembers });
      const both = [make(contextOf(undefined, maxWaitMs)), make(contextOf(undefined, maxWaitMs))];
      await Promise.all([begun(0), begun(1)]);
      works.forEach(({ resolve }) => resolve(processed));
      expect(await Promise.all(both)).toHaveLength(2);
    }
  });
});
