import { classicRules, classifyByKeywords } from './classic-rules.js';
import type { Workflow } from './intent.js';

const nothing = { workingImages: 0, uploadedImages: 0, references: [] };
const working = { ...nothing, workingImages: 1 };

describe('classifyByKeywords', () => {
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
  ])('reads "%s" as %s: the first rule in order wins, inside words too', (prompt, workflow) => {
    expect(classifyByKeywords(prompt, nothing).workflow).toBe(workflow);
  });

  it('keeps the order of the rules', () => {
    expect(classicRules.map(([workflow]) => workflow)).toEqual([
      'video_generation',
      'image_to_video',
      'text_to_video',
      'hair_styling',
      'reference_styling',
      'image_editing',
      'image_enhancement',
      'style_transfer',
    ]);
  });

  it('edits a working image when no keyword is found', () => {
    expect(classifyByKeywords('a boat', working).workflow).toBe('image_editing');
  });

  it('says that it is classic, with 0.6, or 0.3 for empty and suspicious prompts', () => {
    const usual = classifyByKeywords('a boat on a lake', nothing);
    expect(usual).toMatchObject({ confidence: 0.6, source: 'classic', enhancementNeeded: false });
    expect(usual.reasoning).toContain('Classic');
    expect(classifyByKeywords('  ', nothing).confidence).toBe(0.3);
    expect(classifyByKeywords('<script>x</script>', nothing).confidence).toBe(0.3);
    expect(classifyByKeywords('a boat\u0007', nothing).confidence).toBe(0.3);
  });

  it('looks up the facts of a prompt, not the person who wears them', () => {
    const { webSearchQuery } = classifyByKeywords('put @mia in what zendaya wore to the met gala', nothing);
    expect(webSearchQuery).toBe('zendaya wore to the met gala outfit');
    expect(classifyByKeywords('a lighthouse', nothing).webSearchQuery).toBe('');
  });

  it('asks for a web search on its keywords and for enhancement below five words', () => {
    expect(classifyByKeywords('met gala', nothing)).toMatchObject({ requiresWebSearch: true, enhancementNeeded: true });
  });
});
