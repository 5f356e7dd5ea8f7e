import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchClassifyIntentsItem,
  ClassificationSource,
  ClassificationStrategy,
  ClassifierServiceService,
  ClassifyIntentRequest,
  EnhancementStrategy,
} from '@atelier/contracts/classifier/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { LedgerServiceService } from '@atelier/contracts/generation/v1';
import { decodeStatus } from '@atelier/errors';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, socketAddress, testRuntime } from '@atelier/testing';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { classifierConfig, startClassifier } from '../src/index.js';

let running: RunningService;
let client: GrpcClient<ClassifierServiceService>;
const sarah = { context: callAs('sarah') };

async function start(env: Record<string, string> = {}): Promise<void> {
  const config = loadConfig(classifierConfig, { GENERATION_URL: socketAddress('nobody'), ...env });
  running = await startClassifier({ config, runtime: testRuntime('classifier').runtime, address: socketAddress() });
  client = createGrpcClient(ClassifierServiceService, { target: running.address });
}
async function stop(): Promise<void> {
  client.close();
  await running.close(100);
}

const request = (over: Partial<ClassifyIntentRequest>) =>
  ClassifyIntentRequest.create({ prompt: 'a lighthouse at dusk', ...over });
const working = { workingImages: 1, uploadedImages: 0, references: [] };

describe('without a key', () => {
  beforeAll(() => start());
  afterAll(stop);

  it('classifies by prompt and context, in one call with the prompt made ready', async () => {
    const answer = await client.classifyIntent(request({ prompt: '  a red fox  ' }), sarah);
    expect(answer).toMatchObject({
      workflow: Workflow.WORKFLOW_IMAGE_GENERATION,
      source: ClassificationSource.CLASSIFICATION_SOURCE_LOCAL,
      finalPrompt: 'a red fox, high quality, detailed, professional',
      additions: ['high quality', 'detailed', 'professional'],
      cacheHit: false,
    });
    expect(answer.confidence).toBeGreaterThan(0.5);
    const moving = await client.classifyIntent(
      request({ prompt: 'make the waves move gently', context: working }),
      sarah,
    );
    expect(moving.workflow).toBe(Workflow.WORKFLOW_IMAGE_TO_VIDEO);
  });

  it('answers the second time from the cache, and not when told to bypass it', async () => {
    await client.classifyIntent(request({ prompt: 'a quiet harbour in fog' }), sarah);
    await expect(client.classifyIntent(request({ prompt: 'a quiet harbour in fog' }), sarah)).resolves.toMatchObject({
      cacheHit: true,
    });
    await expect(
      client.classifyIntent(request({ prompt: 'a quiet harbour in fog', bypassCache: true }), sarah),
    ).resolves.toMatchObject({ cacheHit: false });
  });

  it('answers like an older system in classic mode', async () => {
    const answer = await client.classifyIntent(
      request({ prompt: 'a movie of rain', strategy: ClassificationStrategy.CLASSIFICATION_STRATEGY_CLASSIC }),
      sarah,
    );
    expect(answer).toMatchObject({
      workflow: Workflow.WORKFLOW_TEXT_TO_VIDEO,
      confidence: 0.6,
      source: ClassificationSource.CLASSIFICATION_SOURCE_CLASSIC,
    });
    expect(answer.reasoning).toContain('Classic');
  });

  it('leaves the prompt alone when enhancement is off', async () => {
    const answer = await client.classifyIntent(
      request({ prompt: 'a fox', enhancement: EnhancementStrategy.ENHANCEMENT_STRATEGY_OFF }),
      sarah,
    );
    expect(answer).toMatchObject({ finalPrompt: 'a fox', additions: [] });
  });

  it('keeps the workflow of an edit without a picture and lists what is missing', async () => {
    const answer = await client.classifyIntent(
      request({ prompt: 'remove the man in the background of my photo' }),
      sarah,
    );
    expect(answer).toMatchObject({ workflow: Workflow.WORKFLOW_IMAGE_EDITING, missingInputs: ['image'] });
  });

  it('answers a batch in order, each item for its own caller', async () => {
    const token = callAs('sarah').identityToken ?? '';
    const item = (prompt: string, identityToken = token) =>
      BatchClassifyIntentsItem.create({ request: request({ prompt }), identityToken, requestId: 'r' });
    const { results } = await client.batchClassifyIntents(
      { items: [item('a song about rain, as a music video'), item(''), item('a fox', 'forged')] },
      sarah,
    );
    expect(results[0]?.response?.workflow).toBe(Workflow.WORKFLOW_VIDEO_GENERATION);
    expect(decodeStatus(results[1]?.errorStatus ?? Buffer.alloc(0))).toMatchObject({ reason: 'PROMPT_INVALID' });
    expect(decodeStatus(results[2]?.errorStatus ?? Buffer.alloc(0))).toMatchObject({ reason: 'IDENTITY_REQUIRED' });
  });

  it.each([
    ['nothing', '   '],
    ['more than 2,000 characters', 'a '.repeat(1_001)],
  ])('refuses a prompt of %s', async (_, prompt) => {
    await expect(
      client.classifyIntent(request({ prompt: `${prompt}${prompt.length > 10 ? 'b' : ''}` }), sarah),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'prompt' }],
    });
  });

  it.each([
    ['nothing to see', '\u200b\u202e\u2060'],
    ['nothing to see but controls', '\u0007\u001b'],
  ])('refuses a prompt with %s', async (_, prompt) => {
    await expect(client.classifyIntent(request({ prompt }), sarah)).rejects.toMatchObject({ reason: 'PROMPT_INVALID' });
  });

  it.each([
    ['ten thousand references', { references: Array.from({ length: 10_000 }, (_, at) => `t${at}`) }, 'references'],
    ['a negative number of images', { workingImages: -1 }, 'working_images'],
  ])('refuses %s', async (_, over, field) => {
    const context = { workingImages: 0, uploadedImages: 0, references: [], ...over };
    await expect(client.classifyIntent(request({ context }), sarah)).rejects.toMatchObject({
      reason: 'CONTEXT_INVALID',
      violations: [{ field: `context.${field}` }],
    });
  });

  it.each([
    ['one word over and over', 'word '.repeat(400).trim()],
    ['control characters', 'make it \u0007red\u001b[31m'],
    ['direction overrides', '\u202eremove the background\u202c'],
    ['four hundred tags', '@tag '.repeat(400).trim()],
    ['half characters', 'a \ud800 fox'],
  ])('answers %s sanely', async (_, prompt) => {
    const answer = await client.classifyIntent(request({ prompt, context: working }), sarah);
    expect(answer.workflow).not.toBe(Workflow.WORKFLOW_UNSPECIFIED);
    expect(answer.confidence).toBeGreaterThan(0);
  });

  it('refuses an empty batch', async () => {
    await expect(client.batchClassifyIntents({ items: [] }, sarah)).rejects.toMatchObject({
      reason: 'CLASSIFICATION_BATCH_TOO_LARGE',
    });
  });
});

describe('with a language model', () => {
  let api: Server;
  let ledger: GrpcServer;
  let budgetLeft = true;
  const entries: string[] = [];
  let asked = 0;

  beforeAll(async () => {
    api = createServer((_, response) => {
      asked += 1;
      const answer = {
        workflow: 'style_transfer',
        confidence: 0.9,
        reasoning: 'It asks for another look.',
        requires_web_search: false,
        web_search_query: '',
      };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(answer) } }],
        }),
      );
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    ledger = new GrpcServer();
    const { reserveBudget, settleReservation, releaseReservation } = LedgerServiceService;
    ledger.addService({ reserveBudget, settleReservation, releaseReservation }, {
      reserveBudget: (_call: unknown, answer: (error: object | null, value?: object) => void) => {
        entries.push('reserve');
        if (budgetLeft) answer(null, { reservationId: 'r' });
        else answer({ code: 8, details: 'spent' });
      },
      settleReservation: (_call: unknown, answer: (error: null, value: object) => void) => {
        entries.push('settle');
        answer(null, {});
      },
      releaseReservation: (_call: unknown, answer: (error: null, value: object) => void) => {
        entries.push('release');
        answer(null, {});
      },
    } as never);
    const address = socketAddress('ledger');
    await new Promise<void>((resolve) =>
      ledger.bindAsync(address, ServerCredentials.createInsecure(), () => resolve()),
    );
    const { port } = api.address() as AddressInfo;
    await start({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, GENERATION_URL: address });
  });
  afterAll(async () => {
    await stop();
    ledger.forceShutdown();
    api.close();
  });

  const first = ClassificationStrategy.CLASSIFICATION_STRATEGY_LLM_FIRST;

  it('reserves, asks and settles', async () => {
    const answer = await client.classifyIntent(
      request({ prompt: 'as if Monet had seen it', context: working, strategy: first }),
      sarah,
    );
    expect(answer).toMatchObject({
      workflow: Workflow.WORKFLOW_STYLE_TRANSFER,
      source: ClassificationSource.CLASSIFICATION_SOURCE_LLM,
    });
    expect(entries[0]).toBe('reserve');
    expect(asked).toBe(1);
  });

  it('asks once for all who ask the same at the same time, and charges the first', async () => {
    entries.length = 0;
    const before = asked;
    const answers = await Promise.all(
      ['sarah', 'ben', 'mia', 'tom'].map((user) =>
        client.classifyIntent(request({ prompt: 'a look of its own', context: working, strategy: first }), {
          context: callAs(user),
        }),
      ),
    );
    for (const { workflow } of answers) expect(workflow).toBe(Workflow.WORKFLOW_STYLE_TRANSFER);
    expect(asked - before).toBe(1);
    expect(entries.filter((entry) => entry === 'reserve')).toHaveLength(1);
  });

  it('buys nothing when the budget is spent, and says that the local model answered', async () => {
    budgetLeft = false;
    const before = asked;
    const answer = await client.classifyIntent(request({ prompt: 'something else entirely', strategy: first }), sarah);
    expect(answer.source).toBe(ClassificationSource.CLASSIFICATION_SOURCE_FALLBACK);
    expect(answer.reasoning).toContain('Fallback');
    expect(asked).toBe(before);
  });
});
