import type { ImageJob } from './render-image.js';
import { RenderingStudio } from './rendering-studio.js';

const job: ImageJob = {
  kind: 'image',
  prompt: 'a lighthouse',
  seed: 1,
  model: 'test',
  width: 64,
  height: 64,
  format: 'png',
  quality: 80,
  sources: [],
  effect: 'restyle',
};

it('renders a file that several ask for once', async () => {
  const studio = new RenderingStudio();
  let renderings = 0;
  const ask = () =>
    studio.render('key', async () => {
      renderings += 1;
      return job;
    });
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(await ask()).toBe(first);
  expect(second).toBe(first);
  expect(renderings).toBe(1);
});

it('works on no more than two files at a time', async () => {
  const studio = new RenderingStudio();
  let working = 0;
  let most = 0;
  const files = Array.from({ length: 6 }, async () => {
    await studio.renderOnce(async () => {
      working += 1;
      most = Math.max(most, working);
      await new Promise(setImmediate);
      working -= 1;
      return job;
    });
  });
  await Promise.all(files);
  expect(most).toBe(2);
});

it('tries again after a failure', async () => {
  const studio = new RenderingStudio();
  await expect(studio.render('key', () => Promise.reject(new Error('no job')))).rejects.toThrow('no job');
  expect((await studio.render('key', async () => job)).contentType).toBe('image/png');
});
