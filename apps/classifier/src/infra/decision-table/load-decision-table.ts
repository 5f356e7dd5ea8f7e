import { counter, gauge, type Logger, StartRefused } from '@atelier/service-defaults';
import { type DecisionTable, DecisionTableError } from '../../domain/decision-table.js';
import { readTableFile } from './read-table-file.js';
import { tableOf, WatchedTable } from './watched-table.js';

const reloads = counter({
  name: 'atelier_decision_table_reloads_total',
  help: 'Changes of the decision table file: replaced, or refused while the table before it stays in force',
  labelNames: ['outcome'],
});
const inForce = gauge({
  name: 'atelier_decision_table_info',
  help: '1 for the version of the decision table that is in force',
  labelNames: ['version'],
});
const refused = gauge({
  name: 'atelier_decision_table_refused',
  help: '1 while the decision table file holds something that can not be used',
  labelNames: [],
});

/** The table to begin with, and how to follow its file. */
export interface LoadedTable {
  readonly table: DecisionTable;
  /** Follows the file for as long as the service runs, and tells of each table that takes over. */
  follow(onReplaced: (table: DecisionTable) => void): WatchedTable;
}

/**
 * Reads the decision table of the configuration.
 * @throws StartRefused naming what is wrong with it
 */
export async function loadDecisionTable(path: string, logger: Logger): Promise<LoadedTable> {
  const file = await readTableFile(path);
  const table = startWith(() => tableOf(file));
  tellVersion(table);
  refused.set(0);
  return {
    table,
    follow: (onReplaced) =>
      new WatchedTable(file.digest, {
        path,
        onReplaced: (next) => {
          onReplaced(next);
          tellVersion(next);
          refused.set(0);
          reloads.inc({ outcome: 'replaced' });
          logger.info({ table: next.version }, 'the decision table was replaced');
        },
        onRefused: ({ message }) => {
          refused.set(1);
          reloads.inc({ outcome: 'refused' });
          logger.error({ problem: message }, 'a decision table was refused: the one before it stays in force');
        },
      }),
  };
}

/** One version at a time: another process's history is its own. */
function tellVersion({ version }: DecisionTable): void {
  inForce.reset();
  inForce.set({ version }, 1);
}

function startWith(read: () => DecisionTable): DecisionTable {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecisionTableError)) throw error;
    throw new StartRefused(`INTENT_DECISION_TABLE: ${error.message}`, { cause: error });
  }
}
