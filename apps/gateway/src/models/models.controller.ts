import { Controller, Param, Query } from '@nestjs/common';
import { GetModelRequest, ListModelsRequest } from '@atelier/contracts/selector/v1';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { page } from '../http/json.js';
import { toWireWorkflow } from '../http/workflow-name.js';
import { toModel, toProvider } from './model-json.js';
import {
  type Model,
  modelExample,
  ModelPage,
  Model as ModelSchema,
  ModelsQuery,
  type Provider,
  providerExample,
  Providers,
} from './models.schema.js';

const tag = 'models';
const segment = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'is no part of a model id');

/** The model catalogue and the providers behind it. */
@Controller()
export class ModelsController {
  constructor(private readonly backends: Backends) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v1/models',
    tag,
    summary: 'List the models',
    description: 'Price, time, abilities and the parameters each model honours.',
    access: 'read',
    query: ModelsQuery,
    answer: {
      description: 'A page of the catalogue.',
      schema: ModelPage,
      example: { items: [modelExample], next_cursor: null },
    },
  })
  async list(@Query() { workflow_type, limit, cursor }: ModelsQuery) {
    const request = { workflow: toWireWorkflow(workflow_type), pageSize: limit, pageToken: cursor ?? '' };
    const { models, nextPageToken } = await this.backends.selector.listModels(ListModelsRequest.create(request));
    return page(models.map(toModel), nextPageToken);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v1/models/:owner/:name',
    tag,
    summary: 'Read a model',
    access: 'read',
    params: z.object({ owner: segment, name: segment }),
    answer: { description: 'The model, found by its id or an alias.', schema: ModelSchema, example: modelExample },
    problems: [404],
  })
  read(@Param('owner') owner: string, @Param('name') name: string): Promise<Model> {
    return this.#model(`${owner}/${name}`);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v1/models/:id',
    tag,
    summary: 'Read a model whose id has no owner',
    access: 'read',
    params: z.object({ id: segment }),
    answer: { description: 'The model, found by its id or an alias.', schema: ModelSchema, example: modelExample },
    problems: [404],
  })
  readPlain(@Param('id') id: string): Promise<Model> {
    return this.#model(id);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v1/providers',
    tag,
    summary: 'Providers and their health',
    access: 'read',
    answer: {
      description: 'Every provider with its circuits and measured times.',
      schema: Providers,
      example: { providers: [providerExample] },
    },
  })
  async providers(): Promise<{ providers: Provider[] }> {
    const { providers } = await this.backends.generation.listProviders({});
    return { providers: providers.map(toProvider) };
  }

  async #model(modelId: string): Promise<Model> {
    const { model } = await this.backends.selector.getModel(GetModelRequest.create({ modelId }));
    if (!model) throw gatewayErrors.RESOURCE_NOT_FOUND();
    return toModel(model);
  }
}
