import { Body, Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Rollout } from '../enhanced/rollout.js';
import { Endpoint } from '../http/endpoint.js';
import { iso } from '../http/json.js';
import { RolloutAdministration } from '../rollout/rollout-administration.js';
import type { RolloutDecision } from '../rollout/rollout-store.js';
import { AdminActs } from './admin-acts.js';
import { RolloutAnswer, rolloutExample, SetRollout } from './admin-rollout.schema.js';

const tag = 'administration';
const path = '/api/v1/admin/rollout';

/** Who gets AI classification, decided while everything runs. */
@Controller()
export class AdminRolloutController {
  constructor(
    private readonly administration: RolloutAdministration,
    private readonly rollout: Rollout,
    private readonly acts: AdminActs,
  ) {}

  @Endpoint({
    method: 'GET',
    path,
    tag,
    summary: 'See the rollout',
    access: 'admin',
    answer: { description: 'What holds in every gateway.', schema: RolloutAnswer, example: rolloutExample },
  })
  async read(): Promise<RolloutAnswer> {
    return this.#answer(await this.administration.read());
  }

  @Endpoint({
    method: 'PUT',
    path,
    tag,
    summary: 'Change the rollout',
    description:
      'Switches AI classification on or off, or gives it to a percentage of the users. Holds here at once, in every other ' +
      'gateway within 5 seconds, and survives restarts. A larger percentage takes AI from nobody.',
    access: 'admin',
    body: SetRollout,
    bodyExample: { percentage: 25 },
    answer: { description: 'What holds now.', schema: RolloutAnswer, example: rolloutExample },
  })
  async set(@Body() body: SetRollout, @Req() { call }: FastifyRequest): Promise<RolloutAnswer> {
    const act = { act: 'rollout.set', subjectKind: 'rollout', subject: '', before: () => this.#held(), wanted: body };
    return this.acts.perform(call, act, async () => {
      await this.administration.store.decide({ aiEnabled: body.ai_enabled, percentage: body.percentage });
      return this.read();
    });
  }

  @Endpoint({
    method: 'DELETE',
    path,
    tag,
    summary: 'Take the decision about the rollout back',
    access: 'admin',
    answer: {
      description: 'The configuration holds again.',
      schema: RolloutAnswer,
      example: { ...rolloutExample, percentage: 100, decided_at: null },
    },
  })
  async forget(@Req() { call }: FastifyRequest): Promise<RolloutAnswer> {
    const act = { act: 'rollout.forget', subjectKind: 'rollout', subject: '', before: () => this.#held() };
    return this.acts.perform(call, act, async () => {
      await this.administration.store.forget();
      return this.read();
    });
  }

  #held() {
    const { enabled, percentage } = this.rollout.state;
    return { ai_enabled: enabled, percentage };
  }

  #answer(decision: RolloutDecision | undefined): RolloutAnswer {
    const { aiEnabled, percentage } = this.administration.configured;
    return {
      ...this.#held(),
      configured: { ai_enabled: aiEnabled, percentage },
      decided_at: iso(decision?.updateTime),
      experiment_id: this.rollout.state.experiment?.experimentId ?? null,
    };
  }
}
