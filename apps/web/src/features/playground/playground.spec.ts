import type { ImageJob } from '../../api/gen/api.js';
import { hasSameShape, imagesOf, paletteOf, textRegionsOf, totalBytes } from './job-images.js';
import { checkOptions, configOf, defaultOptions, withDefaults } from './job-options.js';
import { resultNames } from './result-names.js';
import { nameOf, readAddresses } from './sources.js';

const job: ImageJob = {
  job_id: 'shoes-1',
  type: 'sketch_preparation',
  status: 'processing',
  result_image_urls: ['/files/b.png'],
  source_image_urls: ['a', 'b', 'https://images.example/c.png', 'd'],
  source_links: ['/files/a.jpg', '/files/b.jpg', null, null],
  processing_time_ms: 10,
  cost: 0,
  metadata: [
    {
      index: 1,
      original_size: 400,
      result_size: 100,
      palette: [{ hex: '#ff0000', share: 1 }, { hex: 'red' }],
      text_regions: [],
    },
  ],
  errors: [{ index: 0, message: 'The image can’t be read.' }],
  created_at: null,
  updated_at: null,
};
const name = (index: number) => `picture ${index}`;

describe('the pictures of a job', () => {
  it('each have their own state, whichever ended first', () => {
    const images = imagesOf(job, { status: 'processing', current_image: 3 }, name);
    expect(images.map(({ state }) => state)).toEqual(['failed', 'done', 'working', 'waiting']);
    expect(images[1]).toMatchObject({ before: '/files/b.jpg', after: '/files/b.png', name: 'picture 1' });
    expect(images[0]).toMatchObject({ error: 'The image can’t be read.', before: '/files/a.jpg' });
    expect(images[2]).not.toHaveProperty('before');
  });

  it('that were not reached before the end are not done', () => {
    const images = imagesOf(job, { status: 'cancelled' }, name);
    expect(images.map(({ state }) => state)).toEqual(['failed', 'done', 'stopped', 'stopped']);
  });

  it('tell sizes, colours and text as far as they were asked for', () => {
    const images = imagesOf(job, { status: 'completed' }, name);
    expect(totalBytes(images)).toEqual({ before: 400, after: 100 });
    const [failed, done] = images;
    expect(done && paletteOf(done)).toEqual([{ hex: '#ff0000', share: 1 }]);
    expect(done && textRegionsOf(done)).toEqual([]);
    expect(failed && textRegionsOf(failed)).toBeUndefined();
  });
});

it.each([
  ['of the same shape, whatever their sizes', 640, 480, true],
  ['that were fitted to another shape', 640, 640, false],
])('knows pictures %s', (_what, result_width, result_height, same) => {
  const figures = { index: 0, original_width: 1_200, original_height: 900, result_width, result_height };
  expect(hasSameShape({ index: 0, name: 'a', state: 'done', figures })).toBe(same);
});

describe('options', () => {
  it('are the defaults of the server until they are changed', () => {
    expect(checkOptions('batch_optimization', defaultOptions)).toEqual({});
    expect(configOf('sketch_preparation', defaultOptions)).not.toHaveProperty('target');
    expect(withDefaults({ image_enhancement: { ...defaultOptions.image_enhancement, upscale: true } })).toMatchObject({
      image_enhancement: { upscale: true, sharpen: true },
      sketch_preparation: defaultOptions.sketch_preparation,
    });
  });

  it.each([
    ['', true],
    ['640x480', true],
    ['black-forest-labs/flux-1.1-pro', true],
    ['5000x480', false],
    ['640 x 480', false],
    ['640', false],
  ])('take the sketch target %p: %p', (target, fits) => {
    const options = { ...defaultOptions, sketch_preparation: { ...defaultOptions.sketch_preparation, target } };
    expect(Object.keys(checkOptions('sketch_preparation', options))).toEqual(fits ? [] : ['target']);
  });

  it('of a new background need one', () => {
    expect(Object.keys(checkOptions('background_replacement', defaultOptions))).toEqual(['backgroundPrompt']);
  });
});

it('reads addresses, each once, and names what is none', () => {
  expect(
    readAddresses(' https://a.example/x.png\nfile:///etc/passwd https://a.example/x.png http://u:p@b.example '),
  ).toEqual({
    good: ['https://a.example/x.png'],
    bad: ['file:///etc/passwd', 'http://u:p@b.example'],
  });
  expect(nameOf({ kind: 'address', url: 'https://a.example/caf%C3%A9.png?x=1' })).toBe('café.png');
  expect(nameOf({ kind: 'address', url: 'https://a.example/' })).toBe('a.example');
});

it('names every file of a zip once, by its source, with its own ending', () => {
  const url = '/files/1.webp?expires=1&signature=x.y';
  expect(
    resultNames([
      { name: 'shoe.jpg', url },
      { name: 'Shoe.png', url },
      { name: '../a/b', url: '/files/x' },
    ]),
  ).toEqual(['shoe.webp', 'Shoe-2.webp', '.._a_b.png']);
});
