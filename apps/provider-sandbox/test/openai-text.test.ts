import { Ajv } from 'ajv';
import { openOpenAiSession } from './openai-session.js';

const intentSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['workflow', 'confidence', 'reasoning', 'requires_web_search', 'web_search_query', 'enhancement_needed'],
  properties: {
    workflow: { type: 'string', enum: ['image_generation', 'video_generation', 'hair_styling', 'image_editing'] },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    reasoning: { type: 'string' },
    requires_web_search: { type: 'boolean' },
    web_search_query: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    enhancement_needed: { type: 'boolean' },
  },
};

describe('chat completions', () => {
  it('answer a strict schema, the same way for the same prompt, and say that it is a guess', async () => {
    const session = await openOpenAiSession();
    const ask = async (prompt: string) => {
      const answer = await session.api.chat.completions.create({
        model: 'gpt-4o-mini',
        temperature: 0.1,
        max_tokens: 300,
        messages: [
          { role: 'system', content: 'Classify the JSON.' },
          { role: 'user', content: JSON.stringify({ prompt, working_images: 1 }) },
        ],
        response_format: { type: 'json_schema', json_schema: { name: 'intent', strict: true, schema: intentSchema } },
      });
      expect(answer.usage?.total_tokens).toBeGreaterThan(0);
      return JSON.parse(answer.choices[0]?.message.content ?? '') as Record<string, unknown>;
    };
    const answer = await ask('give her a shorter haircut');
    expect(new Ajv().validate(intentSchema, answer)).toBe(true);
    expect(answer).toMatchObject({ workflow: 'hair_styling', reasoning: expect.stringContaining('Sandbox') });
    expect(await ask('give her a shorter haircut')).toEqual(answer);
    expect(await ask('remove the car')).toMatchObject({ workflow: 'image_editing' });
  });

  it('refuse a schema that is not strict', async () => {
    const session = await openOpenAiSession();
    const answer = session.api.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'x' }],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'loose', strict: true, schema: { type: 'object', properties: { a: { type: 'string' } } } },
      },
    });
    await expect(answer).rejects.toMatchObject({ status: 400, param: 'response_format' });
  });

  it('refuse parameters that a reasoning model does not take', async () => {
    const session = await openOpenAiSession();
    const messages = [{ role: 'user' as const, content: 'x' }];
    const create = (parameters: object) =>
      session.api.chat.completions.create({ model: 'gpt-5-mini', messages, ...parameters });
    await expect(create({ max_tokens: 10 })).rejects.toMatchObject({
      code: 'unsupported_parameter',
      param: 'max_tokens',
    });
    await expect(create({ temperature: 0.1 })).rejects.toMatchObject({ code: 'unsupported_value' });
    await expect(create({ max_completion_tokens: 50 })).resolves.toMatchObject({ object: 'chat.completion' });
  });

  it('stop at the token limit and say so', async () => {
    const session = await openOpenAiSession();
    const { choices } = await session.api.chat.completions.create({
      model: 'gpt-4o-mini',
      max_tokens: 3,
      messages: [{ role: 'user', content: 'tell me everything' }],
    });
    expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'Sandbox answ' } });
  });

  it('refuse as a model refuses when told to', async () => {
    const session = await openOpenAiSession();
    await session.misbehave({ match: { provider: 'openai' }, fault: { kind: 'policy_refusal' } });
    const { choices } = await session.api.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(choices[0]?.message).toMatchObject({ content: null, refusal: expect.any(String) });
  });
});

describe('responses', () => {
  it('with web search cite made-up pages that are clearly marked', async () => {
    const session = await openOpenAiSession();
    const response = await session.api.responses.create({
      model: 'gpt-4o-mini',
      input: 'met gala 2026 outfits',
      tools: [{ type: 'web_search' }],
      include: ['web_search_call.action.sources'],
    });
    expect(response.output.map(({ type }) => type)).toEqual(['web_search_call', 'message']);
    const message = response.output.find((item) => item.type === 'message');
    const [content] = message?.content ?? [];
    if (content?.type !== 'output_text') throw new Error('no text');
    expect(content.annotations).toHaveLength(3);
    for (const annotation of content.annotations) {
      if (annotation.type !== 'url_citation') throw new Error('no citation');
      expect(annotation).toMatchObject({
        title: expect.stringContaining('[Sandbox]'),
        url: expect.stringContaining('https://sandbox.example/'),
      });
      expect(content.text.slice(annotation.start_index, annotation.end_index)).toContain(annotation.url);
    }
    expect(response.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('with web search and a schema list the pages that were found, their pictures, and an invented one', async () => {
    const session = await openOpenAiSession();
    const page = {
      type: 'object',
      additionalProperties: false,
      required: ['title', 'url', 'image_url', 'snippet'],
      properties: {
        title: { type: 'string' },
        url: { type: 'string' },
        image_url: { type: ['string', 'null'] },
        snippet: { type: 'string' },
      },
    };
    const schema = {
      type: 'object',
      additionalProperties: false,
      required: ['results'],
      properties: { results: { type: 'array', items: page } },
    };
    const tool = { type: 'web_search' as const, search_content_types: ['image', 'text'] };
    const response = await session.api.responses.create({
      model: 'gpt-6-luna',
      input: [{ role: 'user', content: JSON.stringify({ query: 'met gala 2026 outfits' }) }],
      tools: [tool],
      include: ['web_search_call.action.sources', 'web_search_call.results'],
      text: { format: { type: 'json_schema', name: 'pages', strict: true, schema } },
    });
    const call = response.output.find((item) => item.type === 'web_search_call');
    if (call?.action.type !== 'search') throw new Error('nothing was searched');
    const sources = call.action.sources?.map(({ url }) => url) ?? [];
    const { results } = JSON.parse(response.output_text) as { results: Record<string, string>[] };
    expect(results).toHaveLength(4);
    expect(results.slice(0, 3).map(({ url }) => url)).toEqual(sources);
    expect(results[0]?.['title']).toContain('met gala 2026 outfits');
    expect(sources).not.toContain(results[3]?.['url']);
    expect(call).toMatchObject({
      results: [
        { type: 'image_result', image_url: results[0]?.['image_url'], source_website_url: sources[0] },
        expect.anything(),
        expect.anything(),
      ],
    });
  });

  it('without tools answer a JSON schema', async () => {
    const session = await openOpenAiSession();
    const response = await session.api.responses.create({
      model: 'gpt-6-luna',
      input: [{ role: 'user', content: 'remove the car in this photo' }],
      text: { format: { type: 'json_schema', name: 'intent', strict: true, schema: intentSchema } },
    });
    expect(JSON.parse(response.output_text)).toMatchObject({ workflow: 'image_editing' });
  });
});

describe('moderation and models', () => {
  it('flags nothing by itself, and everything when told to', async () => {
    const session = await openOpenAiSession();
    const judge = () => session.api.moderations.create({ input: ['one', 'two'] });
    expect((await judge()).results.map(({ flagged }) => flagged)).toEqual([false, false]);
    await session.misbehave({ match: { path: '/moderations' }, fault: { kind: 'policy_refusal' } });
    expect((await judge()).results[0]).toMatchObject({ flagged: true, categories: { violence: true } });
    expect(session.sandbox.creations).toEqual([]);
  });

  it('lists the models with the dates on which they end', async () => {
    const session = await openOpenAiSession();
    const { data } = await session.api.models.list();
    expect(data).toContainEqual(expect.objectContaining({ id: 'gpt-4o-mini', shutdown_date: '2027-01-14' }));
    expect(await session.api.models.retrieve('gpt-image-2')).toMatchObject({ id: 'gpt-image-2', shutdown_date: null });
    await expect(session.api.models.retrieve('dall-e-3')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});
