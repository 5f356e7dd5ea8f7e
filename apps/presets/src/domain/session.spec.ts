import { type SessionEntry, workingImage } from './session.js';

const entry = (changes: Partial<SessionEntry>): SessionEntry => ({
  generationId: 'g',
  prompt: 'a cat',
  imageUrl: 'asset',
  contentType: 'image/png',
  createTime: new Date(0),
  ...changes,
});
const working = (...history: SessionEntry[]): string => workingImage({ sessionId: 's', history });

it('works on the latest image', () => {
  expect(working(entry({ imageUrl: 'new' }), entry({ imageUrl: 'old' }))).toBe('new');
  expect(working(entry({ imageUrl: 'untyped', contentType: '' }))).toBe('untyped');
});

it('passes over videos and results without an output', () => {
  const video = entry({ imageUrl: 'film', contentType: 'video/mp4' });
  expect(working(video, entry({ imageUrl: '' }), entry({ imageUrl: 'old' }))).toBe('old');
  expect(working(video)).toBe('');
});
