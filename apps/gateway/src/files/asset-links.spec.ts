import { AssetLinks } from './asset-links.js';

const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
let now = new Date('2026-11-21T10:00:00Z');
const links = (publicUrl?: string) =>
  new AssetLinks({ secret: 's'.repeat(32), ttlS: 86_400, publicUrl, now: () => now });
beforeEach(() => (now = new Date('2026-11-21T10:00:00Z')));

it('signs links that hold for at least the configured time and then no longer', () => {
  const link = links().linkTo(`${id}.png`);
  expect(links().isSigned(link)).toBe(true);
  now = new Date('2026-11-22T10:00:01Z');
  expect(links().isSigned(link)).toBe(true);
  now = new Date('2026-11-23T00:00:00Z');
  expect(links().isSigned(link)).toBe(false);
});

it('gives the same link all day, so that a browser can cache the file', () => {
  const link = links().linkTo(`${id}.png`);
  now = new Date('2026-11-21T23:59:59Z');
  expect(links().linkTo(`${id}.png`)).toBe(link);
});

it('does not accept the signature of one file for another', () => {
  const link = links().linkTo(`${id}.png`);
  expect(links().isSigned(link.replace('.png', '.jpg'))).toBe(false);
});

it('recognises a link that a browser has made absolute, by its signature', () => {
  const absolute = `http://127.0.0.1:3000${links().linkTo(`${id}.png`)}`;
  expect(links().assetIdOf(absolute)).toBe(id);
  expect(links().assetIdOf(absolute.replace('signature=', 'signature=A'))).toBeUndefined();
  expect(links().assetIdOf(absolute.replace('/files/', '/other/'))).toBeUndefined();
});

it('recognises own assets in every form that clients have seen, and nothing else', () => {
  const own = links('https://atelier.example');
  for (const form of [id, id.toUpperCase(), `/files/${id}.png`, links().linkTo(`${id}.png`), own.linkTo(`${id}.png`)])
    expect(own.assetIdOf(form)).toBe(id);
  for (const other of [
    `https://elsewhere.example/files/${id}.png`,
    '/files/../secret.png',
    '/files/a/b.png',
    'data:image/png;base64,AA',
    '',
    `//x/files/${id}.png`,
  ]) {
    expect(own.assetIdOf(other)).toBeUndefined();
  }
});
