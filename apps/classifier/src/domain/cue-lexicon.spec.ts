import { readFileSync } from 'node:fs';
import { CueLexicon } from './cue-lexicon.js';
import { promptFeatures } from './prompt-features.js';
import { webSearchQuery } from './web-search-query.js';
import { explainIntent } from './reasoning.js';

const lexicon = CueLexicon.parse(readFileSync(new URL('../../data/lexicon.txt', import.meta.url), 'utf8'));
const found = (prompt: string): string[] => lexicon.read(prompt).cues.map((cue) => `${cue.tag}:${cue.modality}`);

describe('CueLexicon', () => {
  it('marks what is refused and what is kept, up to the end of the clause', () => {
    expect(found('a clip without music')).toContain('SOUND:refused');
    expect(found('no long beard, brighten it')).toEqual(expect.arrayContaining(['HAIR:refused', 'ENHANCE:wanted']));
    expect(found('keep the hair, sharpen the rest')).toEqual(expect.arrayContaining(['HAIR:kept', 'ENHANCE:wanted']));
  });

  it('reads misspelt terms and leaves known words alone', () => {
    expect(found('shapren pls')).toContain('ENHANCE:wanted');
    expect(found('rmeove him')).toContain('REMOVE:wanted');
    expect(found('beans on toast')).not.toContain('SOUND:wanted');
  });

  it('matches inside unspaced Chinese and Japanese', () => {
    expect(found('让云飘动')).toContain('ACTION:wanted');
    expect(found('背景の人を消して')).toContain('REMOVE:wanted');
  });

  it('tells sound wanted from sound refused', () => {
    const sound = (prompt: string): string => promptFeatures(lexicon.read(prompt)).sound;
    expect(sound('a clip with rain sounds')).toBe('wanted');
    expect(sound('a clip, no audio')).toBe('refused');
    expect(sound('a clip of a boat')).toBe('unsaid');
    expect(sound('no music, just footsteps')).toBe('wanted');
  });

  it('asks the web for person, occasion and year, not for who wears it', () => {
    const ask = (prompt: string): string => webSearchQuery(prompt, lexicon.read(prompt));
    expect(ask('dress my wife like zendaya at the 2024 met gala')).toBe('zendaya at the 2024 met gala outfit');
    expect(ask("rihanna's 2015 met gala gown on me")).toBe("rihanna's 2015 met gala gown");
    expect(ask('@mia in the dress emma stone wore to the oscars 2024')).not.toContain('mia');
  });

  it('explains an answer in one sentence', () => {
    const reasoning = explainIntent('hair_styling', lexicon.read('give me bangs'), {
      workingImages: 1,
      uploadedImages: 0,
      references: [],
    });
    expect(reasoning).toBe('The prompt asks for a change of hair or beard ("bangs"), with one image at hand.');
  });

  it('refuses an empty lexicon', () => {
    expect(() => CueLexicon.parse('# nothing\n')).toThrow(RangeError);
  });
});
