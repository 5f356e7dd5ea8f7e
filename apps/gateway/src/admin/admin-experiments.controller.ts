import { Body, Controller, Param, Query, Req } from '@nestjs/common';
import { GetExperimentResultsRequest } from '@atelier/contracts/analytics/v1';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import { Backends } from '../backends.js';
import { exposedName } from '../enhanced/rollout.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { iso, page } from '../http/json.js';
import type { RequestCall } from '../http/request-call.js';
import { PageQuery } from '../http/schemas.js';
import { RolloutAdministration } from '../rollout/rollout-administration.js';
import type { Experiment as StoredExperiment } from '../rollout/rollout-store.js';
import { AdminActs } from './admin-acts.js';
import { experimentJson, resultsJson } from './admin-experiments-json.js';
import {
  Experiment,
  experimentExample,
  ExperimentPage,
  ExperimentResults,
  ExposedExperiments,
  ExposedParams,
  ExposedQuery,
  MakeExperiment,
  resultsExample,
} from './admin-experiments.schema.js';
import { IdParams } from './admin-alerts.schema.js';

const tag = 'administration';
const base = '/api/v1/admin/experiments';
const control = 'classic';
const exposedShown = 100;

/** Experiments: made, started, stopped, and what came of them. */
@Controller()
export class AdminExperimentsController {
  constructor(
    private readonly backends: Backends,
    private readonly administration: RolloutAdministration,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path: base,
    tag,
    summary: 'List experiments',
    access: 'admin',
    query: PageQuery,
    answer: {
      description: 'Newest first.',
      schema: ExperimentPage,
      example: { items: [experimentExample], next_cursor: null },
    },
  })
  async list(@Query() { limit, cursor }: { limit: number; cursor?: string }) {
    const before = cursor && isUuid(cursor) ? cursor : undefined;
    const found = await this.administration.store.list(limit + 1, before);
    const last = found.length > limit ? found[limit - 1] : undefined;
    return page(found.slice(0, limit).map(experimentJson), last?.experimentId);
  }

  @Endpoint({
    method: 'POST',
    path: base,
    tag,
    summary: 'Make an experiment',
    description:
      'It assigns nobody before it is started. Users are assigned by a stable hash: each always sees the same variant.',
    access: 'admin',
    body: MakeExperiment,
    bodyExample: { name: 'AI against keywords', percentage: 50 },
    status: 201,
    answer: {
      description: 'A draft.',
      schema: Experiment,
      example: { ...experimentExample, status: 'draft', started_at: null },
    },
  })
  async make(@Body() body: MakeExperiment, @Req() { call }: FastifyRequest): Promise<Experiment> {
    const experimentId = uuidv7();
    const act = { act: 'experiments.make', subjectKind: 'experiment', subject: experimentId, wanted: body };
    const { name, hypothesis, percentage } = body;
    return this.acts.perform(call, act, async () =>
      experimentJson(await this.administration.store.insert({ experimentId, name, hypothesis, percentage })),
    );
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/exposed`,
    tag,
    summary: 'List what users were exposed to',
    description: 'Every experiment with users, also those about presets (`preset:…`), last exposed first.',
    access: 'admin',
    answer: {
      description: 'At most 100.',
      schema: ExposedExperiments,
      example: {
        items: [
          {
            experiment: resultsExample.experiment,
            variants: [
              { variant: 'ai', users: 4988 },
              { variant: 'classic', users: 5012 },
            ],
            first_exposed_at: '2026-11-21T10:00:00.000Z',
            last_exposed_at: '2026-11-28T10:00:00.000Z',
          },
        ],
        next_cursor: null,
      },
    },
  })
  async exposed() {
    const { experiments } = await this.backends.experiments.listExposedExperiments({ limit: exposedShown });
    const items = experiments.map(({ experiment, variants, users, firstTime, lastTime }) => ({
      experiment,
      variants: variants.map((variant, index) => ({ variant, users: users[index] ?? 0 })),
      first_exposed_at: iso(firstTime) ?? '',
      last_exposed_at: iso(lastTime) ?? '',
    }));
    return { items, next_cursor: null };
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/exposed/:name/results`,
    tag,
    summary: 'See the results of any experiment',
    description: 'By the name that exposures have, such as `preset:0199f0a2-…`.',
    access: 'admin',
    params: ExposedParams,
    query: ExposedQuery,
    answer: { description: 'What holds at this moment.', schema: ExperimentResults, example: resultsExample },
    problems: [404],
  })
  async resultsOfExposed(
    @Param() { name }: { name: string },
    @Query() { control: wanted }: { control: string },
  ): Promise<ExperimentResults> {
    const request = GetExperimentResultsRequest.create({ experiment: name, control: wanted });
    const results = await this.backends.experiments.getExperimentResults(request);
    if (results.variants.length === 0 && results.crossedUsers === 0) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return resultsJson(name, wanted, results);
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/:id`,
    tag,
    summary: 'Read an experiment',
    access: 'admin',
    params: IdParams,
    answer: { description: 'The experiment.', schema: Experiment, example: experimentExample },
    problems: [404],
  })
  async read(@Param() { id }: { id: string }): Promise<Experiment> {
    return experimentJson(await this.#known(id));
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/:id/start`,
    tag,
    summary: 'Start an experiment',
    description:
      'One of a kind runs at a time. Every gateway assigns users within 5 seconds. Only drafts can be started.',
    access: 'admin',
    params: IdParams,
    answer: { description: 'It runs.', schema: Experiment, example: experimentExample },
    problems: [404, 409],
  })
  async start(@Param() { id }: { id: string }, @Req() { call }: FastifyRequest): Promise<Experiment> {
    return this.#change(id, call, 'experiments.start', () => this.administration.store.start(id));
  }

  @Endpoint({
    method: 'POST',
    path: `${base}/:id/stop`,
    tag,
    summary: 'Stop an experiment',
    description: 'Users get what the rollout gives them again. What happens later counts no more; the results stay.',
    access: 'admin',
    params: IdParams,
    answer: {
      description: 'It has stopped.',
      schema: Experiment,
      example: { ...experimentExample, status: 'stopped' },
    },
    problems: [404, 409],
  })
  async stop(@Param() { id }: { id: string }, @Req() { call }: FastifyRequest): Promise<Experiment> {
    return this.#change(id, call, 'experiments.stop', () => this.administration.store.stop(id));
  }

  @Endpoint({
    method: 'GET',
    path: `${base}/:id/results`,
    tag,
    summary: 'See the results of an experiment',
    description:
      'Lift of every metric over classic routing with a confidence interval and an always-valid p-value (mixture SPRT): ' +
      'looking every day makes no result less certain.',
    access: 'admin',
    params: IdParams,
    answer: { description: 'What holds at this moment.', schema: ExperimentResults, example: resultsExample },
    problems: [404],
  })
  async results(@Param() { id }: { id: string }): Promise<ExperimentResults> {
    const { experimentId, percentage, stopTime } = await this.#known(id);
    const experiment = exposedName(experimentId);
    const request = GetExperimentResultsRequest.create({
      experiment,
      control,
      endTime: stopTime ?? undefined,
      treatmentShare: percentage / 100,
    });
    return resultsJson(experiment, control, await this.backends.experiments.getExperimentResults(request));
  }

  async #known(id: string): Promise<StoredExperiment> {
    const found = await this.administration.store.find(id);
    if (!found) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return found;
  }

  async #change(
    id: string,
    call: RequestCall,
    name: string,
    change: () => Promise<StoredExperiment | undefined>,
  ): Promise<Experiment> {
    const act = {
      act: name,
      subjectKind: 'experiment',
      subject: id,
      before: async () => (await this.#known(id)).state,
    };
    return this.acts.perform(call, act, async () => {
      await this.#known(id);
      const changed = await change();
      if (!changed) throw gatewayErrors.EXPERIMENT_NOT_IN_STATE();
      await this.administration.read();
      return experimentJson(changed);
    });
  }
}
