import fc from 'fast-check';
import { parseDataUrl } from './data-url.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('parseDataUrl', () => {
  it('believes the content, not the claimed type', async () => {
    const parsed = await parseDataUrl(`data:text/html;charset=utf-8;base64,${PNG.toString('base64')}`, 1_000);
    expect(parsed).toEqual({ bytes: PNG, contentType: 'image/png' });
  });

  it('returns exactly the bytes that were encoded and refuses one byte too many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (array) => {
        const url = `data:;base64,${Buffer.from(array).toString('base64')}`;
        expect((await parseDataUrl(url, array.length)).bytes).toEqual(Buffer.from(array));
        await expect(parseDataUrl(url, array.length - 1)).rejects.toMatchObject({ reason: 'too_large' });
      }),
    );
  });

  it.each([
    'data:image/png,abc',
    'data:image/png;base64,',
    'data:image/png;base64,a b',
    'data:image/png;base64,<svg>',
    'http://example.com/',
    '',
  ])('refuses %s', (url) => expect(parseDataUrl(url, 1_000)).rejects.toMatchObject({ reason: 'url_not_allowed' }));

  it('refuses a type that is not wanted', async () => {
    const url = `data:image/png;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`;
    await expect(parseDataUrl(url, 1_000, ['image/png'])).rejects.toMatchObject({ reason: 'unsupported_content' });
  });
});
