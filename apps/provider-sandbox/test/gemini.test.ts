import sharp from 'sharp';
import { z } from 'zod';
import { startProviderSandbox, type ProviderSandbox } from '../src/index.js';
import { samplePng } from './sample-images.js';

const answerSchema = z.strictObject({
  candidates: z.array(
    z.strictObject({
      content: z.strictObject({
        role: z.literal('model'),
        parts: z.array(
          z.union([
            z.strictObject({ text: z.string() }),
            z.strictObject({ inlineData: z.strictObject({ mimeType: z.literal('image/png'), data: z.base64() }) }),
          ]),
        ),
      }),
      finishReason: z.enum(['STOP', 'IMAGE_SAFETY']),
      index: z.literal(0),
    }),
  ),
  usageMetadata: z.strictObject({
    promptTokenCount: z.int(),
    candidatesTokenCount: z.int(),
    totalTokenCount: z.int(),
  }),
  modelVersion: z.string(),
  responseId: z.string(),
});

let sandbox: ProviderSandbox;

beforeEach(async () => {
  sandbox = await startProviderSandbox({ timeScale: 0, control: true });
});
afterEach(() => sandbox.close());

function generate(
  body: object,
  {
    model = 'models/gemini-2.5-flash-image-preview',
    headers = { 'x-goog-api-key': 'key' } as Record<string, string>,
  } = {},
): Promise<Response> {
  return fetch(`${sandbox.geminiBaseUrl}/${model}:generateContent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function editBody(config: object = {}): Promise<object> {
  const data = (await samplePng(600, 300)).toString('base64');
  return {
    contents: [
      { role: 'user', parts: [{ text: 'replace the background' }, { inlineData: { mimeType: 'image/png', data } }] },
    ],
    generationConfig: { temperature: 0.4, responseModalities: ['TEXT', 'IMAGE'], ...config },
  };
}

async function imageOf(answer: Response): Promise<{ width: number; height: number }> {
  const { candidates } = answerSchema.parse(await answer.json());
  const part = candidates[0]?.content.parts.find((candidate) => 'inlineData' in candidate);
  const { width, height } = await sharp(Buffer.from(part?.inlineData.data ?? '', 'base64')).metadata();
  return { width, height };
}

it('edits the image it was given and keeps its shape', async () => {
  const { width, height } = await imageOf(await generate(await editBody()));
  expect(width / height).toBeCloseTo(2, 1);
  expect(sandbox.creations).toEqual([
    expect.objectContaining({ provider: 'gemini', model: 'gemini-2.5-flash-image-preview' }),
  ]);
});

it('answers the aspect ratio that was asked for', async () => {
  const answer = await generate(await editBody({ imageConfig: { aspectRatio: '16:9' } }));
  expect(await imageOf(answer)).toEqual({ width: 1344, height: 768 });
});

it('takes a bearer token as well as an API key, and nothing without either', async () => {
  expect((await generate(await editBody(), { headers: { authorization: 'Bearer key' } })).status).toBe(200);
  expect((await generate(await editBody(), { headers: {} })).status).toBe(403);
});

it.each([
  ['an unknown model', {}, 'models/gemini-0', 404, 'NOT_FOUND'],
  ['a request without contents', { contents: [] }, undefined, 400, 'INVALID_ARGUMENT'],
  ['text alone', { generationConfig: { responseModalities: ['TEXT'] } }, undefined, 400, 'INVALID_ARGUMENT'],
])('refuses %s', async (_what, change, model, status, name) => {
  const answer = await generate({ ...(await editBody()), ...change }, { model });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { code: status, status: name } });
});

it('answers no image when the result is refused by policy', async () => {
  await fetch(`${sandbox.url}/sandbox/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ match: { provider: 'gemini' }, fault: { kind: 'policy_refusal' } }),
  });
  const { candidates } = answerSchema.parse(await (await generate(await editBody())).json());
  expect(candidates).toEqual([{ content: { role: 'model', parts: [] }, finishReason: 'IMAGE_SAFETY', index: 0 }]);
});
