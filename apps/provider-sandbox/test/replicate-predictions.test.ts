import { openReplicateSession } from './replicate-session.js';

describe('creating a prediction', () => {
  it('answers the prediction as it began and finishes it in its own time', async () => {
    const session = await openReplicateSession();
    const created = await session.api.predictions.create({
      model: 'black-forest-labs/flux-1.1-pro',
      input: { prompt: 'a red fox', seed: 7 },
    });
    expect(created).toMatchObject({
      status: 'starting',
      output: null,
      logs: '',
      input: { prompt: 'a red fox', seed: 7 },
    });
    const finished = await session.api.predictions.get(created.id);
    expect(finished).toMatchObject({ status: 'succeeded', error: null, metrics: { predict_time: 0 } });
    expect(finished.logs).toMatch(/^Using seed: 7\n/);
    expect(finished.logs).toMatch(/100%\|█{10}\| 28\/28/);
  });

  it('waits for the output when the caller prefers to', async () => {
    const session = await openReplicateSession();
    const prediction = await session.api.predictions.create({
      model: 'black-forest-labs/flux-1.1-pro',
      input: { prompt: 'a red fox' },
      wait: true,
    });
    expect(prediction.status).toBe('succeeded');
    expect(session.lastStatus()).toBe(201);
  });

  it('serves the run method of the SDK', async () => {
    const session = await openReplicateSession();
    const output = await session.api.run('black-forest-labs/flux-schnell', { input: { prompt: 'a red fox' } });
    expect(output).toEqual([expect.stringMatching(/\/out-0\.webp$/)]);
  });

  it('runs a model that is not official by its version only', async () => {
    const session = await openReplicateSession();
    const version = '8c47da666861d081eeb4d1261853087de23923a268a69b63febdf5dc1dee08e4';
    const input = { prompt: 'waves' };
    expect(await session.api.predictions.create({ version, input })).toMatchObject({
      model: 'lightricks/ltx-video',
      version,
    });
    expect(await session.api.predictions.create({ version: `lightricks/ltx-video:${version}`, input })).toMatchObject({
      model: 'lightricks/ltx-video',
    });
    const byName = session.api.predictions.create({ model: 'lightricks/ltx-video', input });
    await expect(byName).rejects.toMatchObject({ response: { status: 404 } });
    const unknown = session.api.predictions.create({ version: 'f'.repeat(64), input });
    await expect(unknown).rejects.toMatchObject({ response: { status: 422 } });
  });

  it('runs an official model by its name through the version field', async () => {
    const session = await openReplicateSession();
    const prediction = await session.api.predictions.create({ version: 'google/veo-2', input: { prompt: 'waves' } });
    expect(prediction).toMatchObject({ model: 'google/veo-2' });
  });

  it('keeps a log of what would have been paid', async () => {
    const session = await openReplicateSession();
    const { id } = await session.api.predictions.create({ model: 'google/veo-3', input: { prompt: 'waves' } });
    expect(session.sandbox.creations).toEqual([
      {
        id,
        provider: 'replicate',
        model: 'google/veo-3',
        at: expect.any(String),
        inputHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('gives the same ids and seeds again when the sandbox itself is seeded', async () => {
    const create = async () => {
      const session = await openReplicateSession({ timeScale: 0, seed: 'again' });
      const { id } = await session.api.predictions.create({
        model: 'black-forest-labs/flux-1.1-pro',
        input: { prompt: 'a' },
      });
      return { id, logs: (await session.api.predictions.get(id)).logs };
    };
    expect(await create()).toEqual(await create());
  });
});

describe('refusing a prediction', () => {
  it('names every wrong field, as the API does', async () => {
    const session = await openReplicateSession();
    const answer = await session.post('/models/black-forest-labs/flux-schnell/predictions', {
      input: { num_inference_steps: 9, output_format: 'gif' },
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      status: 422,
      title: 'Input validation failed',
      detail: expect.stringContaining('- input: prompt is required\n'),
      invalid_fields: expect.arrayContaining([
        { type: 'required', field: 'input', description: 'prompt is required' },
        { type: 'number_lte', field: 'input.num_inference_steps', description: 'Must be less than or equal to 4' },
        {
          type: 'enum',
          field: 'input.output_format',
          description: 'output_format must be one of the following: "webp", "jpg", "png"',
        },
      ]),
    });
    expect(session.sandbox.creations).toEqual([]);
  });

  it('takes no text where a number belongs', async () => {
    const session = await openReplicateSession();
    const answer = await session.post('/models/google/veo-2/predictions', { input: { prompt: 'x', duration: '5' } });
    expect(answer.status).toBe(422);
  });

  it('takes no field that it does not know beside the input', async () => {
    const session = await openReplicateSession();
    const answer = await session.post('/predictions', { model: 'google/veo-2', input: { prompt: 'x' } });
    expect(await answer.json()).toMatchObject({
      detail: '- version is required\n- Additional property model is not allowed\n',
    });
  });

  it('answers a broken body with a problem', async () => {
    const session = await openReplicateSession();
    const answer = await fetch(`${session.sandbox.replicateBaseUrl}/predictions`, {
      method: 'POST',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      body: '{"version":',
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('asks for a token on every route, outputs included', async () => {
    const session = await openReplicateSession();
    const { replicateBaseUrl, url } = session.sandbox;
    for (const address of [`${replicateBaseUrl}/account`, `${url}/replicate/files-delivery/x/out-0.png`]) {
      const answer = await fetch(address);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ detail: 'You did not pass an authentication token' });
    }
  });
});

describe('listing predictions', () => {
  it('goes through all of them, newest first, a hundred a page', async () => {
    const session = await openReplicateSession();
    const ids: string[] = [];
    for (let index = 0; index < 103; index += 1) {
      const input = { prompt: `${index}` };
      ids.unshift((await session.api.predictions.create({ model: 'google/veo-2', input })).id);
    }
    const listed: string[] = [];
    for await (const page of session.api.paginate(session.api.predictions.list))
      listed.push(...page.map(({ id }) => id));
    expect(listed).toEqual(ids);
  });
});

describe('models and account', () => {
  it('shows who the token belongs to', async () => {
    const session = await openReplicateSession();
    expect(await session.api.accounts.current()).toMatchObject({ username: 'sandbox' });
  });

  it('shows a model with the schema that its inputs are checked against', async () => {
    const session = await openReplicateSession();
    const model = await session.api.models.get('google', 'veo-3');
    expect(model.latest_version).toMatchObject({
      openapi_schema: {
        components: { schemas: { Input: { required: ['prompt'], properties: { duration: { enum: [4, 6, 8] } } } } },
      },
    });
    expect(session.contract.schemaViolations('schemas_version_response', model.latest_version)).toEqual([]);
  });

  it('does not know models that do not exist', async () => {
    const session = await openReplicateSession();
    const unknown = session.api.models.get('zsxkib', 'flux-kontext-pro');
    await expect(unknown).rejects.toMatchObject({ response: { status: 404 } });
  });
});
