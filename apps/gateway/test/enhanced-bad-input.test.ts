import type { ClassifyIntentRequest } from '@atelier/contracts/classifier/v1';
import { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { Problem } from '../src/http/problem.js';
import { fakePlans } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
});
afterAll(() => gateway.close());
beforeEach(() => {
  fakePlans(gateway.services);
  gateway.services.calls.length = 0;
  gateway.published.length = 0;
});

const base = '/api/v1/enhanced';
const ask = (json: object, path = 'process') => gateway.request(`${base}/${path}`, { json });
async function plan(json: object): Promise<ProcessAnswer> {
  const answer = await ask(json);
  const body = await answer.json();
  expect({ status: answer.status, body }).toMatchObject({ status: 200 });
  return ProcessAnswer.parse(body);
}
async function refused(json: object, path?: string): Promise<Problem> {
  const answer = await ask(json, path);
  const problem = Problem.parse(await answer.json());
  expect(answer.status).toBe(problem.status);
  return problem;
}
const asked = <Request>(method: string): Request => gateway.services.callsOf(method).at(-1)?.request as Request;

describe('bad input', () => {
  it.each([
    ['an empty prompt', { prompt: ' \n ' }, 400, 'INVALID_REQUEST', 'prompt'],
    ['no prompt', {}, 400, 'INVALID_REQUEST', 'prompt'],
    ['a prompt of controls', { prompt: '\u0000\u0007\u001b' }, 400, 'INVALID_REQUEST', 'prompt'],
    ['a prompt of zero-width characters', { prompt: '\u200b\u2060\ufeff' }, 400, 'INVALID_REQUEST', 'prompt'],
    ['a prompt of direction marks', { prompt: '\u202e\u202c\u2066' }, 400, 'INVALID_REQUEST', 'prompt'],
    ['a prompt of ten thousand tags', { prompt: '@tag '.repeat(10_000) }, 400, 'INVALID_REQUEST', 'prompt'],
    ['a prompt of two thousand and one emoji', { prompt: '🦊'.repeat(2_001) }, 400, 'INVALID_REQUEST', 'prompt'],
    ['an over-long prompt', { prompt: 'x'.repeat(2001) }, 400, 'INVALID_REQUEST', 'prompt'],
    ['markup', { prompt: 'a cat <script>x</script>' }, 422, 'PROMPT_MARKUP_REFUSED', 'prompt'],
    [
      'markup in a style',
      { prompt: 'a cat', user_preferences: { style: 'javascript:x' } },
      422,
      'PROMPT_MARKUP_REFUSED',
      'user_preferences.style',
    ],
    ['an unknown field', { prompt: 'a cat', promt: 'x' }, 400, 'UNKNOWN_FIELD', 'promt'],
    [
      'an unknown quality',
      { prompt: 'a cat', user_preferences: { quality: 'best' } },
      400,
      'INVALID_REQUEST',
      'user_preferences.quality',
    ],
    ['an unknown parameter', { prompt: 'a cat', parameters: { colour: 1 } }, 400, 'UNKNOWN_FIELD', 'parameters.colour'],
    ['a wrong type', { prompt: 5 }, 400, 'INVALID_REQUEST', 'prompt'],
    [
      'too many images',
      { prompt: 'a', uploaded_images: Array(9).fill('https://x.supabase.co/a.png') },
      400,
      'INVALID_REQUEST',
      'uploaded_images',
    ],
    [
      'a host that is not allowed',
      { prompt: 'a', uploaded_images: ['https://x.supabase.co/a.png', 'https://evil.example/a.png'] },
      422,
      'IMAGE_HOST_NOT_ALLOWED',
      'uploaded_images.1',
    ],
    [
      'a host that only looks allowed',
      { prompt: 'a', working_image_url: 'https://supabase.co.evil.example/a.png' },
      422,
      'IMAGE_HOST_NOT_ALLOWED',
      'working_image_url',
    ],
    [
      'a private address',
      { prompt: 'a', working_image_url: 'http://169.254.169.254/latest' },
      422,
      'IMAGE_HOST_NOT_ALLOWED',
      'working_image_url',
    ],
    ['a local path', { prompt: 'a', working_image_url: '/etc/passwd' }, 400, 'INVALID_REQUEST', 'working_image_url'],
    [
      'another scheme',
      { prompt: 'a', working_image_url: 'file:///etc/passwd' },
      400,
      'INVALID_REQUEST',
      'working_image_url',
    ],
    [
      'a data URL that is no image',
      { prompt: 'a', working_image_url: 'data:text/html;base64,PGI+' },
      400,
      'INVALID_REQUEST',
      'working_image_url',
    ],
    [
      'contradicting names of a parameter',
      { prompt: 'a', parameters: { cfg_scale: 1, guidance_scale: 2 } },
      400,
      'INVALID_REQUEST',
      'parameters.cfg_scale',
    ],
  ])('%s is refused before any service hears of it', async (_name, json, status, code, field) => {
    const problem = await refused(json);
    expect(problem).toMatchObject({ status, code });
    expect(problem.errors?.map((error) => error.field)).toContain(field);
    expect(gateway.services.calls).toEqual([]);
    expect(gateway.published.some(({ planCompleted }) => planCompleted)).toBe(false);
  });

  it.each([
    ['one word over and over', 'word '.repeat(400).trim()],
    ['direction marks in between', 'a \u202ecat\u202c'],
    ['combining marks', `e${'\u0301'.repeat(1_999)}`],
    ['half a character', 'a \ud83d cat'],
  ])('such as %s is planned', async (_name, prompt) => {
    const answer = await plan({ prompt });
    expect(answer.fallback_used).toBe(false);
  });

  it('such as hundreds of tags is looked up in part, and says so', async () => {
    const prompt = Array.from({ length: 300 }, (_, at) => `@t${at}`).join(' ');
    const { metadata } = await plan({ prompt });
    expect(asked<{ tags: string[] }>('presets.resolvePlanContext').tags).toHaveLength(32);
    expect(metadata.warnings).toContain('Only the first 32 references were looked up.');
  });

  it('such as control characters is cleaned, not passed on', async () => {
    await plan({ prompt: 'a\u0000 cat\u0007\ud800' });
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent').prompt).toMatch(/^[\x20-\x7e\ufffd]+$/);
  });
});
