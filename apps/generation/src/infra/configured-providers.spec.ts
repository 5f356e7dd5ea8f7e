import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadCatalogue } from '@atelier/model-catalog';
import { loadConfig } from '@atelier/service-defaults';
import { generationConfig } from '../generation.config.js';
import { CataloguePlanner } from './catalogue-planner.js';
import { configuredProviders, withAiModel } from './configured-providers.js';

const preview = 'models/gemini-2.5-flash-image-preview';
const now = () => Date.parse('2026-11-21');
const settings = (env: NodeJS.ProcessEnv) => loadConfig(generationConfig, env);
const serving = (env: NodeJS.ProcessEnv) => {
  const config = settings(env);
  return withAiModel(loadCatalogue(), config).resolve(config.AI_MODEL, new Date(now()))?.model.id;
};

describe('AI_MODEL', () => {
  it('is asked under its own name, also when Google shut a model of that name down', () => {
    expect(serving({})).toBe(preview);
    expect(serving({ AI_API_BASE: 'https://images.example/v1' })).toBe(preview);
    expect(serving({ AI_API_BASE: 'https://images.example/v1', AI_MODEL: 'models/our-own' })).toBe('models/our-own');
  });

  it('at Google is what serves in the place of a model that was shut down', () => {
    const AI_API_BASE = 'https://generativelanguage.googleapis.com/v1beta';
    expect(serving({ AI_API_BASE })).toBe('models/gemini-nano-banana-2.1');
    expect(serving({ AI_API_BASE, AI_MODEL: 'models/newer' })).toBe('models/newer');
  });
});

describe('a request to the Gemini-style API', () => {
  let server: Server;
  let received: { url: string | undefined; headers: IncomingHttpHeaders; body: Record<string, unknown> }[];
  beforeEach(async () => {
    received = [];
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        received.push({
          url: request.url,
          headers: request.headers,
          body: JSON.parse(text) as Record<string, unknown>,
        });
        const inlineData = { mimeType: 'image/png', data: 'cGl4ZWxz' };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ candidates: [{ content: { parts: [{ inlineData }] } }] }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  it.each([
    [{ quality: 'high', seed: 7 }, {}, { temperature: 0.3, seed: 7 }],
    [{}, {}, { temperature: 0.5, seed: 42 }],
    [{}, { AI_DEFAULT_TEMPERATURE: '0.9' }, { temperature: 0.9, seed: 42 }],
  ])('for %j with %j carries %j', async (parameters, env, sent) => {
    const AI_API_BASE = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const config = settings({ AI_API_KEY: 'secret', AI_API_BASE, AI_MODEL: 'models/our-own', ...env });
    const catalogue = withAiModel(loadCatalogue(), config);
    const [gemini] = configuredProviders(config, catalogue);
    const planned = new CataloguePlanner(catalogue, { seed: () => 42 }, now).plan(config.AI_MODEL, {
      prompt: 'a beach',
      parameters,
      imageCount: 1,
      hasMask: false,
    });
    if (!planned.ok || !gemini) throw new Error('not planned');
    const { input, modelId } = planned.plan;
    const images = { 'contents.0.parts': [{ bytes: Buffer.from('photo'), contentType: 'image/png' }] };
    const request = { attemptId: 'a', modelId, input, images, deadlineMs: 10_000 };
    await gemini.adapter.submit(request, new AbortController().signal);
    expect(received).toMatchObject([
      {
        url: '/v1/models/our-own:generateContent',
        headers: { authorization: 'Bearer secret' },
        body: { generationConfig: sent, contents: [{ parts: [{ text: 'a beach' }, { inlineData: {} }] }] },
      },
    ]);
  });
});
