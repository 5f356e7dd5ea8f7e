import { readFileSync } from 'node:fs';
import { CueLexicon } from './cue-lexicon.js';
import { promptFeatures } from './prompt-features.js';

const lexicon = CueLexicon.parse(readFileSync(new URL('../../data/lexicon.txt', import.meta.url), 'utf8'));
const features = (prompt: string) => promptFeatures(lexicon.read(prompt));

describe('promptFeatures', () => {
  it.each([
    'remove the man from my photo',
    'turn my photo into a cartoon',
    'can you paint my picture like monet',
    'my old holiday photos are blurry',
    'can you take the people out of our vacation pic',
    'i scanned this old photo and it is full of dust',
    'mein altes Kommunionsfoto ist ausgeblichen',
    'mi foto de boda',
    'meu retrato de batizado desbotou',
    'моё детское фото выцвело',
    'meri bachpan ki pic',
    '我的照片',
    '写真の背景を消して',
  ])('hears of a picture in "%s"', (prompt) => {
    expect(features(prompt).speaksOfImage).toBe(true);
  });

  it.each(['a portrait of an old sailor', 'a lighthouse at dusk', 'a painting of a market', 'ein Leuchtturm'])(
    'hears of none in "%s"',
    (prompt) => {
      expect(features(prompt).speaksOfImage).toBe(false);
    },
  );

  it('hears who starts over', () => {
    expect(features('ignore the upload, draw a fox').startsOver).toBe(true);
    expect(features('draw a fox').startsOver).toBe(false);
  });

  it.each([
    ['a clip with rain sounds', 'wanted'],
    ['no music, just footsteps', 'wanted'],
    ['a clip, no audio', 'refused'],
    ['a boat, silent', 'refused'],
    ['sem música, só o barulho do mar', 'unsaid'],
    ['a clip of a boat', 'unsaid'],
  ])('hears in "%s" that sound is %s', (prompt, sound) => {
    expect(features(prompt).sound).toBe(sound);
  });
});
