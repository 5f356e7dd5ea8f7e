import { classicRules, classifyByKeywords, isDoubtful } from './classic-rules.js';
import type { Workflow } from './intent.js';

const nothing = { workingImages: 0, uploadedImages: 0, references: [] };
const working = { ...nothing, workingImages: 1 };

/** As the specification lists them. */
const listed: readonly (readonly [Workflow, string])[] = [
  ['video_generation', 'video with audio, video with sound, music video, cinematic'],
  ['image_to_video', 'animate, bring to life, make this move'],
  ['text_to_video', 'video, movie, clip, scene, footage'],
  ['hair_styling', 'hair, haircut, hairstyle, blonde, brunette'],
  ['reference_styling', 'taylor swift, celebrity, like, grammy, met gala, put @, try on, wear this, outfit, dress up'],
  ['image_editing', 'edit, change, modify, adjust'],
  ['image_enhancement', 'enhance, improve, upscale, sharpen'],
  ['style_transfer', 'style, artistic, painting, sketch'],
];
const keywords = listed.flatMap(([workflow, words], rank) =>
  words.split(', ').map((keyword) => ({ workflow, keyword, rank })),
);

describe('classifyByKeywords', () => {
  it('has the rules in their order', () => {
    expect(classicRules.map(([workflow, words]) => [workflow, words.join(', ')])).toEqual(listed);
  });

  it.each(keywords)('reads "$keyword" as $workflow, or as a rule before it', ({ workflow, keyword }) => {
    const found = classifyByKeywords(`xx ${keyword.toUpperCase()} xx`, nothing);
    // "hairstyle" holds "style", "music video" holds "video": the first rule in order wins.
    const first = keywords.find((other) => keyword.includes(other.keyword));
    expect(found.workflow).toBe(first?.workflow);
    expect(first?.workflow).toBe(workflow);
  });

  it('lets the earlier of any two rules win, whichever stands first in the prompt', () => {
    for (const one of keywords) {
      for (const other of keywords) {
        const [expected] = [one, other].toSorted((a, b) => a.rank - b.rank);
        for (const prompt of [`${one.keyword} | ${other.keyword}`, `${other.keyword} | ${one.keyword}`])
          expect(classifyByKeywords(prompt, nothing).workflow).toBe(expected?.workflow);
      }
    }
  });

  it.each<[string, Workflow]>([
    ['a music video of hair', 'video_generation'],
    ['animate this video', 'image_to_video'],
    ['a scene with blonde hair', 'text_to_video'],
    ['hair like hers', 'hair_styling'],
    ['a chair', 'hair_styling'],
    ['change it like so', 'reference_styling'],
    ['put @lena there and adjust', 'reference_styling'],
    ['edit and improve', 'image_editing'],
    ['improve the painting', 'image_enhancement'],
    ['a painting', 'style_transfer'],
    ['a boat', 'image_generation'],
  ])('reads "%s" as %s, inside words too', (prompt, workflow) => {
    expect(classifyByKeywords(prompt, nothing).workflow).toBe(workflow);
  });

  it('edits a working image when no keyword is found, and follows the keywords otherwise', () => {
    expect(classifyByKeywords('a boat', working).workflow).toBe('image_editing');
    expect(classifyByKeywords('a boat', { ...nothing, uploadedImages: 1, references: ['x'] }).workflow).toBe(
      'image_generation',
    );
    for (const keyword of ['enhance', 'improve', 'upscale'])
      expect(classifyByKeywords(`${keyword} it`, working).workflow).toBe('image_enhancement');
    for (const { keyword, workflow } of keywords)
      expect(classifyByKeywords(`${keyword} it`, working).workflow).toBe(workflow);
  });

  it('says that it is classic, with 0.6, or 0.3 for empty and suspicious prompts', () => {
    const usual = classifyByKeywords('a boat on a lake', nothing);
    expect(usual).toMatchObject({ confidence: 0.6, source: 'classic', enhancementNeeded: false, missingInputs: [] });
    expect(usual.reasoning).toBe('Classic keyword rules chose image_generation because no keyword was found.');
    expect(classifyByKeywords('animate it', nothing).reasoning).toBe(
      'Classic keyword rules chose image_to_video because the keyword "animate" was found.',
    );
    for (const prompt of ['  ', '', '\u200b', '<script>x</script>', 'a boat\u0007'])
      expect(classifyByKeywords(prompt, nothing).confidence).toBe(0.3);
  });

  it.each(['taylor swift', 'celebrity', 'grammy', 'met gala', 'like', 'in the style of'])(
    'asks for a web search on "%s"',
    (prompt) => {
      const answer = classifyByKeywords(` ${prompt} `, nothing);
      expect(answer).toMatchObject({ requiresWebSearch: true });
      expect(answer.webSearchQuery).not.toBe('');
    },
  );

  it('asks for none without those words', () => {
    expect(classifyByKeywords('my outfit in another style', nothing)).toMatchObject({
      requiresWebSearch: false,
      webSearchQuery: '',
    });
  });

  it('asks for enhancement below five words', () => {
    expect(classifyByKeywords('a boat on lakes', nothing).enhancementNeeded).toBe(true);
    expect(classifyByKeywords('a boat  on a \n lake', nothing).enhancementNeeded).toBe(false);
  });
});

describe('isDoubtful', () => {
  it.each(['', ' \n', '\u200b', '<b>', '</p>', '<!-- x', '<\u200bscript>', '＜script＞', '\u0000', 'x\u009f'])(
    'doubts %j',
    (prompt) => {
      expect(isDoubtful(prompt)).toBe(true);
    },
  );

  it.each(['a boat', 'a\tb\r\nc', '5 < 6', 'I <3 you', 'a -> b'])('trusts %j', (prompt) => {
    expect(isDoubtful(prompt)).toBe(false);
  });
});
