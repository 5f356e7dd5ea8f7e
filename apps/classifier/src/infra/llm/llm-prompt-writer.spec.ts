import { workflows } from '../../domain/intent.js';
import { videoAspects } from '../../domain/video-aspects.js';
import { type Completion, LanguageModelError, type LanguageModelRequest } from './language-model.js';
import { LlmPromptWriter } from './llm-prompt-writer.js';

const context = { workingImages: 0, uploadedImages: 1, references: ['sarah'] };

function build(answer: unknown) {
  const requests: LanguageModelRequest[] = [];
  const writer = new LlmPromptWriter({
    modelId: 'm',
    complete: async (request): Promise<Completion> => {
      requests.push(request);
      if (answer instanceof Error) throw answer;
      return { content: JSON.stringify(answer) };
    },
  });
  const ask = (workflow: (typeof workflows)[number], prompt = 'waves') =>
    writer.write({ prompt, workflow, context }, new AbortController().signal);
  return { requests, ask };
}

describe('LlmPromptWriter', () => {
  it('asks for the prompt alone where a still picture is wanted', async () => {
    const { ask, requests } = build({ prompt: 'Waves at dusk' });
    expect(await ask('image_generation')).toEqual({ ok: true, draft: { prompt: 'Waves at dusk', aspects: {} } });
    expect(requests[0]).toMatchObject({
      task: 'prompt',
      data: { prompt: 'waves', workflow: 'image_generation', edits: 'none', has_image: true, references: ['sarah'] },
      schema: { required: ['prompt'], additionalProperties: false },
    });
    expect(requests[0]?.instructions).not.toContain('waves');
  });

  it('asks for every aspect of a video, with sound where sound is wanted', async () => {
    const names = videoAspects('video_generation').map(({ name }) => name);
    expect(names).toEqual([
      'scene',
      'visual_style',
      'camera_movement',
      'subject',
      'setting',
      'lighting_and_mood',
      'palette',
      'audio_cue',
      'dialogue',
      'ambience',
      'subtitles',
    ]);
    const answer = {
      prompt: 'Waves',
      ...Object.fromEntries(names.map((name) => [name, `the ${name}`])),
      subtitles: 'none',
    };
    const { ask, requests } = build(answer);
    const result = await ask('video_generation');
    expect(result).toMatchObject({ ok: true, draft: { aspects: { scene: 'the scene', subtitles: 'none' } } });
    expect(requests[0]?.schema).toMatchObject({ required: ['prompt', ...names] });
    for (const name of names) expect(requests[0]?.instructions).toContain(`- ${name}: `);
    await ask('text_to_video');
    expect(requests[1]?.schema).toMatchObject({ required: ['prompt', ...names.slice(0, 7)] });
  });

  it('tells the model that an edit describes the change only', async () => {
    const { ask, requests } = build({ prompt: 'x' });
    for (const workflow of workflows) await ask(workflow);
    const edits = requests.filter(({ instructions }) => instructions.includes('changes an existing picture'));
    expect(edits.map(({ data }) => data['workflow'])).toEqual([
      'image_editing',
      'image_enhancement',
      'reference_styling',
      'hair_styling',
      'style_transfer',
    ]);
  });

  it('makes plain words of what the model writes, but keeps an address that the user wrote', async () => {
    const { ask } = build({ prompt: 'A mug with **example.com**,\n<b>see</b> https://evil.example' });
    expect(await ask('image_generation', 'a mug with example.com')).toMatchObject({
      draft: { prompt: 'A mug with example.com, see' },
    });
  });

  it.each([
    ['text_to_video', { prompt: 'Waves' }],
    ['image_generation', { prompt: 7 }],
    ['image_generation', null],
  ] as const)('takes an answer to %s that lacks something for none: %j', async (workflow, answer) => {
    expect(await build(answer).ask(workflow)).toEqual({ ok: false, failure: 'invalid' });
  });

  it('passes on why there is no answer', async () => {
    const error = new LanguageModelError('busy', { billing: 'nothing' });
    expect(await build(error).ask('image_generation')).toEqual({ ok: false, failure: 'busy' });
  });
});
