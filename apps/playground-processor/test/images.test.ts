import { deflateSync } from 'node:zlib';
import { ImageJobState } from '@atelier/contracts/playground/v1';
import { openTestDatabase, type TestDatabase } from '@atelier/testing';
import sharp from 'sharp';
import { dataUrl, jpeg, metadataOf, Playground } from './harness.js';

let opened: TestDatabase;
let playground: Playground;

beforeAll(async () => {
  opened = await openTestDatabase();
  playground = new Playground(opened.database);
  await playground.start();
}, 60_000);
afterAll(async () => {
  await playground.close();
  await opened.close();
});

/** Runs one image beside a good one, which must not be lost, and gives what is said about it. */
async function messageFor(jobId: string, source: string): Promise<string | undefined> {
  await playground.create('sarah', { jobId, sourceImageUrls: [source, dataUrl(await jpeg())] });
  const job = await playground.ended('sarah', jobId);
  expect(job.state).toBe(ImageJobState.IMAGE_JOB_STATE_COMPLETED);
  expect(job.results.map(({ index }) => index).at(-1)).toBe(1);
  return job.errors.find(({ index }) => index === 0)?.message;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A greyscale PNG with a correct header and whatever chunks follow. */
function png(width: number, height: number, chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

describe('an image that is refused', () => {
  it('is told to be of no supported format when it is text that is called an image', async () => {
    const text = Buffer.from('this is no image at all, whatever its name says');
    expect(await messageFor('text', dataUrl(text))).toBe('The content has a type that is not supported.');
    await playground.storage.put('text-as-jpg.jpg', text, { contentType: 'image/jpeg' });
    await playground.own(['text-as-jpg'], Promise.resolve(text));
    expect(await messageFor('text-asset', 'text-as-jpg')).toBe('The file has a format that is not supported.');
  });

  it('is told to be of no supported format when it is SVG', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>';
    expect(await messageFor('svg', dataUrl(Buffer.from(svg), 'image/svg+xml'))).toMatch(/not supported/);
    await playground.own(['svg-as-jpg'], Promise.resolve(Buffer.from(`<?xml version="1.0"?>${svg}`)));
    expect(await messageFor('svg-asset', 'svg-as-jpg')).toBe('The file has a format that is not supported.');
  });

  it('is told to be damaged when it is cut off', async () => {
    const whole = await sharp({
      create: {
        width: 400,
        height: 300,
        channels: 3,
        background: '#abc',
        noise: { type: 'gaussian', mean: 99, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    expect(await messageFor('truncated', dataUrl(whole.subarray(0, whole.length / 2), 'image/png'))).toMatch(/damaged/);
  });

  it('is told to be too large before it is decoded, whatever its few bytes would become', async () => {
    const claim = png(60_000, 60_000, [chunk('IDAT', deflateSync(Buffer.alloc(60_001)))]);
    expect(await messageFor('claim', dataUrl(claim, 'image/png'))).toBe('The image has more pixels than allowed.');
    const bomb = png(20_000, 20_000, [chunk('IDAT', deflateSync(Buffer.alloc(20_001 * 2_000)))]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(await messageFor('bomb', dataUrl(bomb, 'image/png'))).toBe('The image has more pixels than allowed.');
  });

  it('is told to be too large in bytes', async () => {
    await playground.own(['too-many-bytes'], Promise.resolve(Buffer.alloc(25 * 1024 * 1024 + 1, 'x')));
    expect(await messageFor('bytes', 'too-many-bytes')).toBe('The file is larger than allowed.');
  });

  it('does not blow up by compressed text in its header', async () => {
    const text = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(200_000_000))]);
    const pixels = deflateSync(Buffer.alloc(11 * 10));
    const before = process.memoryUsage().rss;
    await playground.create('sarah', {
      jobId: 'text-bomb',
      sourceImageUrls: [dataUrl(png(10, 10, [chunk('zTXt', text), chunk('IDAT', pixels)]), 'image/png')],
    });
    await playground.ended('sarah', 'text-bomb');
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  it('is told to be unknown when it is somebody else’s or none', async () => {
    expect(await messageFor('unknown', 'no-such-asset-0')).toBe('There is no such image.');
  });
});

describe('an image that is odd', () => {
  const decoded = async (jobId: string, bytes: Buffer, type: string) => {
    await playground.create('sarah', {
      jobId,
      configJson: '{"format":"png"}',
      sourceImageUrls: [dataUrl(bytes, type)],
    });
    const job = await playground.ended('sarah', jobId);
    expect(job.errors).toEqual([]);
    const content = await playground.storage.get(job.results[0]?.storageKey ?? '');
    const result = Buffer.concat((await content?.stream.toArray()) ?? []);
    return { result, metadata: metadataOf(job) };
  };

  it.each(['gif', 'webp'] as const)(
    'is reduced to its first frame when it is an animated %s of thousands of frames',
    async (format) => {
      const colours = Array.from({ length: 2_000 }, (_, at) => ({ r: at % 256, g: (at * 7) % 256, b: at >> 3 }));
      const frames = colours.flatMap(({ r, g, b }) => Array.from({ length: 64 }, () => [r, g, b]).flat());
      const raw = { width: 8, height: 8 * colours.length, channels: 3, pageHeight: 8 } as const;
      const animation = await sharp(Buffer.from(frames), { raw }).toFormat(format).toBuffer();
      // Encoders join frames that look alike.
      const { pages = 0 } = await sharp(animation, { pages: -1 }).metadata();
      expect(pages).toBeGreaterThan(1_000);
      const { result, metadata } = await decoded(`animated-${format}`, animation, `image/${format}`);
      expect(metadata).toMatchObject({ original_width: 8, original_height: 8, frames: pages, frames_used: 1 });
      expect(await sharp(result).metadata()).toMatchObject({ width: 8, height: 8 });
    },
    30_000,
  );

  it('becomes sRGB when it is a CMYK JPEG with a profile', async () => {
    const cmyk = await sharp(await jpeg())
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg({ quality: 95 })
      .toBuffer();
    expect(await sharp(cmyk).metadata()).toMatchObject({ space: 'cmyk', hasProfile: true });
    const { result } = await decoded('cmyk', cmyk, 'image/jpeg');
    expect(await sharp(result).metadata()).toMatchObject({ space: 'srgb', channels: 3, hasProfile: false });
    const [red, , blue] = [
      ...(await sharp(result).extract({ left: 10, top: 10, width: 1, height: 1 }).raw().toBuffer()),
    ];
    expect(red).toBeGreaterThan((blue ?? 0) + 80);
  });

  it('becomes one of 8 bits when it has 16', async () => {
    const deep = await sharp(await jpeg())
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect(await sharp(deep).metadata()).toMatchObject({ depth: 'ushort' });
    const { result } = await decoded('deep', deep, 'image/png');
    expect(await sharp(result).metadata()).toMatchObject({ depth: 'uchar', space: 'srgb' });
  });

  it('stands upright and has lost its metadata', async () => {
    const sideways = await sharp(await jpeg())
      .withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { result, metadata } = await decoded('sideways', sideways, 'image/jpeg');
    expect(metadata).toMatchObject({
      original_width: 200,
      original_height: 320,
      result_width: 200,
      result_height: 320,
    });
    const found = await sharp(result).metadata();
    expect([found.exif, found.icc, found.xmp, found.orientation]).toEqual([undefined, undefined, undefined, undefined]);
  });
});
