import type { Database } from '@atelier/persistence';
import { type Kysely, type Selectable, sql } from 'kysely';
import { gatewaySchema } from '../identity/migrations.js';

/** What an administrator decided; null follows the configuration. */
export interface RolloutDecision {
  readonly aiEnabled: boolean | null;
  /** 0..100 */
  readonly percentage: number | null;
  readonly updateTime: Date;
}

/** An experiment that compares AI classification with classic routing. */
export interface Experiment {
  /** UUIDv7. */
  readonly experimentId: string;
  readonly kind: 'classification';
  readonly name: string;
  readonly hypothesis: string;
  /** 1..99: how many of the users get AI; the others are the control. */
  readonly percentage: number;
  readonly state: 'draft' | 'running' | 'stopped';
  readonly createTime: Date;
  readonly startTime: Date | null;
  readonly stopTime: Date | null;
}

interface Tables {
  rollout: { rollout: number; ai_enabled: boolean | null; percentage: number | null; update_time: Date };
  experiments: {
    experiment_id: string;
    kind: 'classification';
    name: string;
    hypothesis: string;
    percentage: number;
    state: Experiment['state'];
    create_time: Date;
    start_time: Date | null;
    stop_time: Date | null;
  };
}

/** The rollout and its experiments, in SQL. */
export class RolloutStore {
  readonly #db: Kysely<Tables>;

  constructor(
    database: Database,
    private readonly now: () => Date,
  ) {
    this.#db = database.kysely<Tables>().withSchema(gatewaySchema);
  }

  async decision(): Promise<RolloutDecision | undefined> {
    const row = await this.#db.selectFrom('rollout').selectAll().executeTakeFirst();
    return row && { aiEnabled: row.ai_enabled, percentage: row.percentage, updateTime: row.update_time };
  }

  /** What is left out stays what it was. */
  async decide(change: { aiEnabled?: boolean | undefined; percentage?: number | undefined }): Promise<void> {
    const row = {
      ...(change.aiEnabled === undefined ? {} : { ai_enabled: change.aiEnabled }),
      ...(change.percentage === undefined ? {} : { percentage: change.percentage }),
      update_time: this.now(),
    };
    await this.#db
      .insertInto('rollout')
      .values({ rollout: 1, ...row })
      .onConflict((conflict) => conflict.column('rollout').doUpdateSet(row))
      .execute();
  }

  /** The configuration holds again. */
  async forget(): Promise<void> {
    await this.#db.deleteFrom('rollout').execute();
  }

  async running(): Promise<Experiment | undefined> {
    const row = await this.#db
      .selectFrom('experiments')
      .selectAll()
      .where('kind', '=', 'classification')
      .where('state', '=', 'running')
      .executeTakeFirst();
    return row && toExperiment(row);
  }

  async find(experimentId: string): Promise<Experiment | undefined> {
    const row = await this.#db
      .selectFrom('experiments')
      .selectAll()
      .where('experiment_id', '=', experimentId)
      .executeTakeFirst();
    return row && toExperiment(row);
  }

  /** Newest first, after the one with the id `before`. */
  async list(limit: number, before?: string): Promise<Experiment[]> {
    let query = this.#db.selectFrom('experiments').selectAll().orderBy('experiment_id', 'desc').limit(limit);
    if (before) query = query.where('experiment_id', '<', before);
    return (await query.execute()).map(toExperiment);
  }

  async insert(made: Pick<Experiment, 'experimentId' | 'name' | 'hypothesis' | 'percentage'>): Promise<Experiment> {
    const { experimentId, ...what } = made;
    const row = await this.#db
      .insertInto('experiments')
      .values({
        experiment_id: experimentId,
        kind: 'classification',
        ...what,
        state: 'draft',
        create_time: this.now(),
        start_time: null,
        stop_time: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toExperiment(row);
  }

  /** Undefined when it was started already, or another one runs. */
  async start(experimentId: string): Promise<Experiment | undefined> {
    const row = await this.#db
      .updateTable('experiments')
      .set({ state: 'running', start_time: this.now() })
      .where('experiment_id', '=', experimentId)
      .where('state', '=', 'draft')
      .returningAll()
      .executeTakeFirst()
      .catch((error: unknown) => {
        // unique_violation: https://www.postgresql.org/docs/current/errcodes-appendix.html
        if ((error as { code?: unknown }).code === '23505') return undefined;
        throw error;
      });
    return row && toExperiment(row);
  }

  /** Undefined when it does not run. */
  async stop(experimentId: string): Promise<Experiment | undefined> {
    const row = await this.#db
      .updateTable('experiments')
      .set({ state: 'stopped', stop_time: sql<Date>`greatest(start_time, ${this.now()})` })
      .where('experiment_id', '=', experimentId)
      .where('state', '=', 'running')
      .returningAll()
      .executeTakeFirst();
    return row && toExperiment(row);
  }
}

function toExperiment(row: Selectable<Tables['experiments']>): Experiment {
  return {
    experimentId: row.experiment_id,
    kind: row.kind,
    name: row.name,
    hypothesis: row.hypothesis,
    percentage: row.percentage,
    state: row.state,
    createTime: row.create_time,
    startTime: row.start_time,
    stopTime: row.stop_time,
  };
}
