import { workflows } from './intent.js';
import { enhanceQuickly, isEnhancementNeeded } from './prompt-enhancement.js';

describe('enhanceQuickly', () => {
  it('adds what the workflow wants to a short prompt and lists it', () => {
    expect(enhanceQuickly('a red boat.', 'image_generation')).toEqual({
      prompt: 'a red boat, high quality, detailed, professional',
      additions: ['high quality', 'detailed', 'professional'],
    });
    expect(enhanceQuickly('bangs', 'hair_styling').additions).toEqual(['professional hair styling', 'high detail']);
    expect(enhanceQuickly('kimono on me', 'reference_styling').additions).toEqual([
      'high quality styling',
      'professional photography',
    ]);
    expect(enhanceQuickly('waves', 'text_to_video').additions).toEqual(['high quality', 'detailed']);
  });

  it('says nothing again that is already said', () => {
    expect(enhanceQuickly('highly detailed boat, High Quality', 'image_generation').additions).toEqual([
      'professional',
    ]);
    const once = enhanceQuickly('boat', 'image_editing').prompt;
    expect(enhanceQuickly(once, 'image_editing').additions).toEqual([]);
  });

  it('leaves prompts of eight words and more alone', () => {
    const prompt = 'one two three four five six seven eight';
    expect(isEnhancementNeeded(prompt)).toBe(false);
    expect(enhanceQuickly(prompt, 'image_generation')).toEqual({ prompt, additions: [] });
  });

  it('adds words of quality to a long prompt when asked to, and none to a short one when told not to', () => {
    const prompt = 'one two three four five six seven eight';
    expect(enhanceQuickly(prompt, 'image_editing', { quality: true }).prompt).toBe(`${prompt}, high quality, detailed`);
    expect(enhanceQuickly('a boat.', 'image_editing', { quality: false })).toEqual({
      prompt: 'a boat.',
      additions: [],
    });
  });

  it.each(workflows)('adds words of style for %s only when asked to, and none twice', (workflow) => {
    const wishes = { quality: false, style: true };
    const { prompt, additions } = enhanceQuickly('boat', workflow, wishes);
    expect(additions).toHaveLength(2);
    expect(enhanceQuickly(prompt, workflow, wishes).additions).toEqual([]);
    expect(enhanceQuickly('boat', workflow).additions).not.toContain(additions[0]);
  });

  it('does not take a long Chinese sentence for one word', () => {
    expect(isEnhancementNeeded('一只戴着宇航员头盔的猫漂浮在月球上空')).toBe(false);
    expect(isEnhancementNeeded('动漫风')).toBe(true);
  });
});

it('never makes a prompt too long: one endless word stays as it is', () => {
  const endless = 'a'.repeat(2_000);
  expect(enhanceQuickly(endless, 'image_generation')).toEqual({ prompt: endless, additions: [] });
});
