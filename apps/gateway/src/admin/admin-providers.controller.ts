import { Body, Controller, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Backends } from '../backends.js';
import { gatewayErrors } from '../gateway.errors.js';
import { Endpoint } from '../http/endpoint.js';
import { page } from '../http/json.js';
import { AdminActs } from './admin-acts.js';
import { toAdminProvider, toChanges, toCircuitBreaker, toWireAction } from './admin-providers-json.js';
import {
  type AdminProvider,
  AdminProvider as AdminProviderSchema,
  adminProviderExample,
  AdminProviderPage,
  ChangeProvider,
  circuitBreakerExample,
  CircuitBreakerPage,
  MoveCircuit,
  ProviderParams,
} from './admin-providers.schema.js';

const tag = 'administration';
const providersPath = '/api/v1/admin/providers';
const circuitsPath = '/api/v1/admin/circuit-breakers';

/** Providers and circuit breakers under an administrator's hand, while everything runs. */
@Controller()
export class AdminProvidersController {
  constructor(
    private readonly backends: Backends,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path: providersPath,
    tag,
    summary: 'List providers with what was decided about them',
    description: 'Keys are configuration: only whether one is set is shown, and they can’t be written here.',
    access: 'admin',
    answer: {
      description: 'All providers on one page.',
      schema: AdminProviderPage,
      example: { items: [adminProviderExample], next_cursor: null },
    },
  })
  async list() {
    const { generation, providerAdmin } = this.backends;
    const [decided, health] = await Promise.all([providerAdmin.listProviderSettings({}), generation.listProviders({})]);
    const items = decided.providers.map((control) =>
      toAdminProvider(
        control,
        health.providers.find(({ provider }) => provider === control.provider),
      ),
    );
    return page(items, undefined);
  }

  @Endpoint({
    method: 'PATCH',
    path: `${providersPath}/:provider`,
    tag,
    summary: 'Turn a provider or its models on or off, and share the load',
    description:
      'Changes what is given, all of it or nothing; null forgets a weight or priority. Every process follows within five ' +
      'seconds. Weight and priority choose between models that the catalogue holds for equivalent in a workflow; what ' +
      'is off is neither chosen nor fallen back on. Keys of providers are configuration and no fields of this request.',
    access: 'admin',
    params: ProviderParams,
    body: ChangeProvider,
    bodyExample: { weight: 30, priority: 0, models: [{ model_id: 'gpt-image-2', enabled: false }] },
    answer: {
      description: 'The provider after the change.',
      schema: AdminProviderSchema,
      example: adminProviderExample,
    },
    problems: [404],
  })
  async change(
    @Param('provider') provider: string,
    @Body() body: ChangeProvider,
    @Req() { call }: FastifyRequest,
  ): Promise<AdminProvider> {
    const { generation, providerAdmin } = this.backends;
    const before = async () => {
      const { providers } = await providerAdmin.listProviderSettings({});
      return providers.find((one) => one.provider === provider);
    };
    const act = { act: 'provider.change', subjectKind: 'provider', subject: provider, before, wanted: body };
    const changed = await this.acts.perform(call, act, () =>
      providerAdmin.updateProviderSettings({ provider, changes: toChanges(body) }),
    );
    if (!changed.provider) throw gatewayErrors.RESOURCE_NOT_FOUND();
    const health = await generation.listProviders({});
    return toAdminProvider(
      changed.provider,
      health.providers.find((one) => one.provider === provider),
    );
  }

  @Endpoint({
    method: 'GET',
    path: circuitsPath,
    tag,
    summary: 'List circuit breakers',
    description:
      'One for each model that was called or decided about. State and counts are those of the process that answers.',
    access: 'admin',
    answer: {
      description: 'All circuits on one page.',
      schema: CircuitBreakerPage,
      example: { items: [circuitBreakerExample], next_cursor: null },
    },
  })
  async circuits() {
    const { circuitBreakers } = await this.backends.providerAdmin.listCircuitBreakers({});
    return page(circuitBreakers.map(toCircuitBreaker), undefined);
  }

  @Endpoint({
    method: 'POST',
    path: circuitsPath,
    tag,
    summary: 'Hold circuit breakers open or closed, or reset them',
    description:
      'A held circuit stays as it is until it is reset, in every process and after a restart. Without a model all ' +
      'circuits of the provider are meant, which replaces what was decided about single ones.',
    access: 'admin',
    body: MoveCircuit,
    bodyExample: { provider: 'replicate', model_id: 'black-forest-labs/flux-schnell', action: 'force_open' },
    answer: {
      description: 'The circuits that were meant.',
      schema: CircuitBreakerPage,
      example: { items: [{ ...circuitBreakerExample, state: 'open', held: 'open' }], next_cursor: null },
    },
    problems: [404],
  })
  async move(@Body() { provider, model_id: modelId = '', action }: MoveCircuit, @Req() { call }: FastifyRequest) {
    const { providerAdmin } = this.backends;
    const before = async () => {
      const { circuitBreakers } = await providerAdmin.listCircuitBreakers({});
      return circuitBreakers
        .filter((one) => one.provider === provider && (modelId === '' || one.modelId === modelId))
        .map(toCircuitBreaker);
    };
    const act = { act: 'circuit.move', subjectKind: 'provider', subject: provider, before };
    const { circuitBreakers } = await this.acts.perform(
      call,
      { ...act, wanted: { model_id: modelId || null, action } },
      () => providerAdmin.overrideCircuitBreaker({ provider, modelId, action: toWireAction(action) }),
    );
    return page(circuitBreakers.map(toCircuitBreaker), undefined);
  }
}
