import type { Generation } from '../api/gen/api.js';
import { asCurl } from './as-curl.js';
import { example } from './example-generation.js';
import { fileNameOf } from './file-name.js';
import { hasEnded, laterOf } from './generation-state.js';
import { canRepeat, requestElsewhere, requestOf } from './request-of.js';

const generation = example;
const asset = '0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1';

describe('a repeated request', () => {
  it('says what the model got, with seed and own files by id', () => {
    const input_images = [`/files/${asset}.png?expires=1&signature=x`, 'https://example.com/a.png'];
    expect(requestOf({ ...generation, input_images, session_id: 's1' })).toEqual({
      prompt: 'make it blue, detailed',
      workflow_type: 'image_editing',
      model_id: 'black-forest-labs/flux-kontext-pro',
      provider: 'replicate',
      input_images: [asset, 'https://example.com/a.png'],
      session_id: 's1',
      parameters: { seed: 7, aspect_ratio: '1:1' },
    });
  });

  it('takes the person’s own words when the model’s are too long to be sent', () => {
    expect(requestOf({ ...generation, final_prompt: 'x'.repeat(2_001) }).prompt).toBe('make it blue');
  });

  it('leaves the seed to another model', () => {
    expect(requestElsewhere(generation, { provider: 'openai', model_id: 'gpt-image-1' })).toMatchObject({
      provider: 'openai',
      model_id: 'gpt-image-1',
      parameters: { aspect_ratio: '1:1' },
    });
  });

  it('is not offered where inputs are gone', () => {
    expect(canRepeat(generation)).toBe(true);
    expect(canRepeat({ ...generation, inputs_gone: 1 })).toBe(false);
  });

  it('as a command line keeps quotes and never has the key', () => {
    const command = asCurl('http://a.test', '/api/v1/generations', { prompt: "it's $HOME `ls`" });
    expect(command).toContain(`-d '{"prompt":"it'\\''s $HOME \`ls\`"}'`);
    expect(command).toContain('"Authorization: Bearer $KEY"');
  });
});

describe('a downloaded file', () => {
  const output = { url: '', content_type: 'image/jpeg', width: 1, height: 1, bytes: 1, sha256: '' };
  it('is named after its prompt, its number and its type', () => {
    const outputs = [output, output];
    expect(fileNameOf({ ...generation, prompt: 'Ein Leuchtturm, größer!', outputs }, 1)).toBe(
      'ein-leuchtturm-größer-2.jpg',
    );
    expect(fileNameOf({ ...generation, prompt: '../…', outputs: [output] }, 0)).toBe(`${generation.id}.jpg`);
  });
});

describe('what arrives late', () => {
  it('never takes a generation back', () => {
    const running: Generation = { ...generation, status: 'running', updated_at: '2026-11-21T10:00:01.000Z' };
    expect(laterOf(generation, running)).toBe(generation);
    expect(laterOf(generation, { ...running, updated_at: generation.updated_at })).toBe(generation);
    expect(hasEnded(laterOf(running, generation))).toBe(true);
  });

  it('never takes away what only a full reading tells', () => {
    const read = { ...generation, input_images: ['a'] };
    expect(laterOf(read, { ...generation, updated_at: '2026-11-21T10:00:09.000Z' }).input_images).toEqual(['a']);
  });
});
