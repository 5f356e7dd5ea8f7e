import { AssetLinks } from '../files/asset-links.js';
import { SourceImages } from './source-images.js';

const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const now = () => new Date('2026-11-21T10:00:00Z');
const links = new AssetLinks({ secret: 's'.repeat(32), ttlS: 86_400, publicUrl: undefined, now });
const sources = new SourceImages(links);
const read = (source: string) => sources.readAll([source], 'source_image_urls');

it('knows own files in every form, so that a new signature is no new job', () => {
  const link = links.linkTo(`${id}.png`);
  for (const form of [id, `/files/${id}.png`, link, `http://127.0.0.1:3000${link}`]) {
    expect(read(form)).toEqual([id]);
  }
});

it('takes web addresses of any host and data: URLs of images', () => {
  for (const source of ['https://images.example/a.png', 'http://images.example/', 'data:image/png;base64,aGk=']) {
    expect(read(source)).toEqual([source]);
  }
});

it.each([
  '/etc/passwd',
  'file:///etc/passwd',
  'images/a.png',
  '',
  'https://u:p@images.example/',
  'data:text/html;base64,aGk=',
  'data:image/png,hi',
  'ftp://images.example/a.png',
  `https://images.example/${'a'.repeat(5000)}`,
])('takes no other: %s', (source) =>
  expect(() => read(source)).toThrow(expect.objectContaining({ reason: 'INVALID_REQUEST' })),
);

it('names every wrong one', () => {
  const violations = [expect.objectContaining({ field: 'sources.0' }), expect.objectContaining({ field: 'sources.2' })];
  expect(() => sources.readAll(['a', id, 'b'], 'sources')).toThrow(expect.objectContaining({ violations }));
});
