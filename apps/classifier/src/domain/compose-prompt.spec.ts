import { composePrompt } from './compose-prompt.js';
import { workflows } from './intent.js';
import { videoAspects } from './video-aspects.js';

const aspectsOf = (workflow: (typeof workflows)[number]): Record<string, string> =>
  Object.fromEntries(videoAspects(workflow).map(({ name, label }) => [name, `${label} said.`]));

describe('composePrompt', () => {
  it('takes a good draft as it is and tells what is new', () => {
    const draft = { prompt: 'A red boat on a calm lake, soft light', aspects: {} };
    expect(composePrompt('a red boat', draft, 'image_generation')).toEqual({
      ok: true,
      prompt: 'A red boat on a calm lake, soft light',
      additions: ['on a calm lake', 'soft light'],
    });
  });

  it.each([
    ['image_editing', 'Keep everything else as it was.'],
    ['hair_styling', 'Keep the face, the clothes and everything else as they were.'],
    ['reference_styling', 'Keep the face, the pose and everything else as they were.'],
    ['style_transfer', 'Keep the composition, the people and everything else in the picture as they were.'],
    ['image_enhancement', 'Keep the content as it was and change nothing but the quality.'],
  ] as const)('asks %s to keep the rest', (workflow, sentence) => {
    const composed = composePrompt('make it blue', { prompt: 'Make it deep blue.', aspects: {} }, workflow);
    expect(composed).toMatchObject({ ok: true, prompt: `Make it deep blue. ${sentence}` });
  });

  it.each([
    ['text_to_video', 7],
    ['image_to_video', 7],
    ['video_generation', 11],
  ] as const)('covers every aspect of %s', (workflow, count) => {
    const composed = composePrompt('waves', { prompt: 'Waves.', aspects: aspectsOf(workflow) }, workflow);
    expect(composed).toMatchObject({ ok: true });
    if (!composed.ok) return;
    expect(composed.additions).toHaveLength(count);
    expect(composed.prompt).toMatch(/^Waves\. Scene: Scene said\. Visual style: .* Palette: Palette said\./);
    if (count === 11)
      expect(composed.prompt).toMatch(/Audio: .* Dialogue: .* Ambience: .* Subtitles: Subtitles said\.$/);
  });

  it('does not use a draft that leaves an aspect out', () => {
    const aspects = { ...aspectsOf('video_generation'), dialogue: ' . ' };
    expect(composePrompt('waves', { prompt: 'Waves', aspects }, 'video_generation')).toEqual({
      ok: false,
      problem: 'said nothing about dialogue',
    });
  });

  it('does not use a draft that loses what the user said, or that is too long', () => {
    expect(composePrompt('a red boat', { prompt: 'A boat', aspects: {} }, 'image_generation')).toEqual({
      ok: false,
      problem: 'changed what the prompt says ("red")',
    });
    const long = { prompt: `a red boat ${'and water '.repeat(200)}`, aspects: {} };
    expect(composePrompt('a red boat', long, 'image_generation')).toMatchObject({ ok: false });
    expect(composePrompt('a red boat', { prompt: '', aspects: {} }, 'image_generation')).toMatchObject({ ok: false });
  });
});
