import { Body, Controller, Query, Req } from '@nestjs/common';
import {
  type GetQueueResponse,
  GenerationState,
  ListDeadLettersRequest,
  type QueuePause,
  RetryDeadLettersRequest,
} from '@atelier/contracts/generation/v1';
import type { FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { priorityName, toGeneration } from '../generations/generation-json.js';
import { Endpoint } from '../http/endpoint.js';
import { iso, page, seconds } from '../http/json.js';
import { AdminActs } from './admin-acts.js';
import {
  ChangeQueue,
  deadLetterExample,
  DeadLetterPage,
  DeadLettersQuery,
  Queue,
  queueExample,
  QueuePauses,
  RetriedFailed,
  RetryFailed,
} from './admin-queue.schema.js';

const tag = 'administration';
const base = '/api/v1/admin/queue';
const pausesExample = { paused: queueExample.paused };

/** The queue of generations under an administrator's hand: seen, paused, resumed, its failures repeated. */
@Controller()
export class AdminQueueController {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path: base,
    tag,
    summary: 'See the queue',
    description: 'What waits, runs and is paused, by priority, provider and age.',
    access: 'admin',
    watched: true,
    answer: { description: 'The queue at this moment.', schema: Queue, example: queueExample },
  })
  async read(): Promise<Queue> {
    return toQueue(await this.backends.queueAdmin.getQueue({}));
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/pause`,
    tag,
    summary: 'Pause the queue',
    description:
      'Nothing more is taken up, or nothing of one provider; what runs goes on, and new generations are accepted. It holds ' +
      'for every process and survives restarts.',
    access: 'admin',
    body: ChangeQueue,
    bodyExample: { provider: 'openai' },
    answer: { description: 'What is paused now.', schema: QueuePauses, example: pausesExample },
    problems: [404],
  })
  async pause(@Body() body: ChangeQueue, @Req() request: FastifyRequest): Promise<QueuePauses> {
    const provider = body?.provider ?? '';
    const act = { act: 'queue.pause', subjectKind: 'provider', subject: provider };
    const { pauses } = await this.acts.perform(request.call, act, () =>
      this.backends.queueAdmin.pauseQueue({ provider }),
    );
    return { paused: pauses.map(toPause) };
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/resume`,
    tag,
    summary: 'Resume the queue',
    description: 'Without a provider, pauses of single providers stay.',
    access: 'admin',
    body: ChangeQueue,
    bodyExample: { provider: 'openai' },
    answer: { description: 'What is still paused.', schema: QueuePauses, example: { paused: [] } },
    problems: [404],
  })
  async resume(@Body() body: ChangeQueue, @Req() request: FastifyRequest): Promise<QueuePauses> {
    const provider = body?.provider ?? '';
    const act = { act: 'queue.resume', subjectKind: 'provider', subject: provider };
    const { pauses } = await this.acts.perform(request.call, act, () =>
      this.backends.queueAdmin.resumeQueue({ provider }),
    );
    return { paused: pauses.map(toPause) };
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/failed`,
    tag,
    summary: 'List dead letters',
    description:
      'Generations that failed through no fault of their request, cost nothing and were not repeated, newest first.',
    access: 'admin',
    query: DeadLettersQuery,
    answer: {
      description: 'With their owners.',
      schema: DeadLetterPage,
      example: { items: [deadLetterExample], next_cursor: null },
    },
  })
  async failed(@Query() { limit, cursor, error_code }: DeadLettersQuery) {
    const request = { pageSize: limit, pageToken: cursor ?? '', errorCode: error_code ?? '' };
    const { generations, nextPageToken } = await this.backends.queueAdmin.listDeadLetters(
      ListDeadLettersRequest.create(request),
    );
    const items = generations.map((generation) => ({
      ...toGeneration(generation, this.links),
      owner: generation.ownerId,
    }));
    return page(items, nextPageToken);
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/retry-failed`,
    tag,
    summary: 'Repeat dead letters',
    description:
      'Each becomes a new generation of its owner, within the owner’s budget and place in the queue, with the failed one ' +
      'as its parent. One is repeated once, however often it is asked for.',
    access: 'admin',
    body: RetryFailed,
    bodyExample: { error_code: 'PROVIDER_UNAVAILABLE', limit: 50 },
    answer: {
      description: 'What became of each.',
      schema: RetriedFailed,
      example: { retries: [{ id: deadLetterExample.id, retry_id: '0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1' }] },
    },
  })
  async retryFailed(@Body() body: RetryFailed, @Req() request: FastifyRequest): Promise<RetriedFailed> {
    const wanted = RetryDeadLettersRequest.create({
      generationIds: body.ids ?? [],
      errorCode: body.error_code ?? '',
      limit: body.limit ?? 0,
    });
    const { retries } = await this.acts.perform(
      request.call,
      {
        act: 'queue.retry_failed',
        subjectKind: 'generations',
        subject: '',
        wanted: body,
        after: (answer) => ({ repeated: answer.retries.flatMap(({ retryId }) => retryId || []) }),
      },
      () => this.backends.queueAdmin.retryDeadLetters(wanted),
    );
    return {
      retries: retries.map(({ generationId, retryId, error }) => ({
        id: generationId,
        retry_id: retryId || null,
        ...(error ? { error: { code: error.code, message: error.message } } : {}),
      })),
    };
  }
}

function toQueue({ pauses, levels, providers, ages, recent, deadLetters }: GetQueueResponse): Queue {
  const countOf = (state: GenerationState): number => recent.find((one) => one.state === state)?.count ?? 0;
  return {
    paused: pauses.map(toPause),
    waiting: levels.reduce((sum, { waiting }) => sum + waiting, 0),
    running: providers.reduce((sum, { running }) => sum + running, 0),
    priorities: levels.map(({ priority, waiting, users, oldestMs }) => ({
      priority: priorityName(priority),
      waiting,
      users,
      oldest_s: waiting > 0 ? seconds(oldestMs) : null,
    })),
    providers: providers.map(({ provider, waiting, running }) => ({ provider, waiting, running })),
    ages: ages.map(({ fromMs, belowMs, waiting }) => ({
      from_s: seconds(fromMs),
      below_s: belowMs > 0 ? seconds(belowMs) : null,
      waiting,
    })),
    recent: {
      queued: countOf(GenerationState.GENERATION_STATE_QUEUED),
      running: countOf(GenerationState.GENERATION_STATE_RUNNING),
      succeeded: countOf(GenerationState.GENERATION_STATE_SUCCEEDED),
      failed: countOf(GenerationState.GENERATION_STATE_FAILED),
      cancelled: countOf(GenerationState.GENERATION_STATE_CANCELLED),
    },
    dead_letters: deadLetters,
  };
}

function toPause({ provider, pauseUser, pauseTime }: QueuePause): QueuePauses['paused'][number] {
  return { provider: provider || null, paused_by: pauseUser, paused_at: iso(pauseTime) ?? '' };
}
