import { type Kysely, sql, type Transaction } from 'kysely';
import type {
  CircuitAction,
  ControlChange,
  ProviderDecisions,
  StoredControl,
  StoredHold,
} from '../domain/provider-control.js';
import type { GenerationSchema } from './schema.js';

/** Who decides, and when. */
export interface Decider {
  readonly userId: string;
  readonly nowMs: number;
}

/** Operators' decisions about providers in SQL. Every method is one transaction. */
export class SqlProviderControl {
  constructor(private readonly db: Kysely<GenerationSchema>) {}

  async read(): Promise<ProviderDecisions> {
    const [settings, holds] = await Promise.all([
      this.db.selectFrom('provider_settings').selectAll().orderBy('provider').orderBy('model_id').execute(),
      this.db.selectFrom('circuit_holds').selectAll().orderBy('provider').orderBy('model_id').execute(),
    ]);
    return {
      settings: settings.map(
        ({ provider, model_id, enabled, weight, priority, update_user, update_time }): StoredControl => ({
          provider,
          modelId: model_id,
          enabled,
          ...(weight === null ? {} : { weight }),
          ...(priority === null ? {} : { priority }),
          updateUser: update_user,
          updateTimeMs: update_time.getTime(),
        }),
      ),
      holds: holds.map(({ provider, model_id, held, resets }): StoredHold => ({
        provider,
        modelId: model_id,
        ...(held === null ? {} : { held }),
        resets,
      })),
    };
  }

  async change(provider: string, changes: readonly ControlChange[], { userId, nowMs }: Decider): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      for (const { modelId, enabled, weight, priority } of changes) {
        const decided = { update_user: userId, update_time: new Date(nowMs) };
        await trx
          .insertInto('provider_settings')
          .values({
            provider,
            model_id: modelId,
            enabled: enabled ?? true,
            weight: weight ?? null,
            priority: priority ?? null,
            ...decided,
          })
          .onConflict((conflict) =>
            conflict.columns(['provider', 'model_id']).doUpdateSet({
              ...(enabled === undefined ? {} : { enabled }),
              ...(weight === undefined ? {} : { weight }),
              ...(priority === undefined ? {} : { priority }),
              ...decided,
            }),
          )
          .execute();
      }
    });
  }

  /** What is decided about a whole provider replaces what was decided about its models. */
  async hold(provider: string, modelId: string, action: CircuitAction, decider: Decider): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      if (modelId === '') {
        await trx
          .updateTable('circuit_holds')
          .set({ held: null })
          .where('provider', '=', provider)
          .where('model_id', '<>', '')
          .execute();
      }
      await this.decide(trx, provider, modelId, action, decider);
    });
  }

  private async decide(
    trx: Transaction<GenerationSchema>,
    provider: string,
    modelId: string,
    action: CircuitAction,
    { userId, nowMs }: Decider,
  ): Promise<void> {
    const held = action === 'reset' ? null : action === 'force_open' ? 'open' : 'closed';
    const resets = action === 'reset' ? 1 : 0;
    const decided = { held, update_user: userId, update_time: new Date(nowMs) } as const;
    await trx
      .insertInto('circuit_holds')
      .values({ provider, model_id: modelId, resets, ...decided })
      .onConflict((conflict) =>
        conflict
          .columns(['provider', 'model_id'])
          .doUpdateSet({ ...decided, resets: sql<number>`circuit_holds.resets + ${resets}` }),
      )
      .execute();
  }
}
