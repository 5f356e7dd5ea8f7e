import { writeFileSync } from 'node:fs';
import { ConfigError } from '@atelier/service-defaults';
import type { JudgedPrompt } from '../domain/judged-prompt.js';
import { trainingCandidates, type TrainingCandidates } from '../domain/training-candidates.js';
import { readJudgedPrompts } from '../infra/sql-judged-prompts.js';
import { CommandRefused } from './command-refused.js';
import { openDatabaseOf } from './open-database-of.js';
import { type ExportOptions, help, readOptions } from './options.js';

/** Where the command runs. */
export interface CommandSurroundings {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly report: (text: string) => void;
}

/**
 * `npm run feedback:export`. Answers the exit code: 0 done, 1 not possible at the moment, 2 wrong usage, 78 wrong
 * configuration (EX_CONFIG, sysexits.h).
 */
export async function exportFeedback({ args, env, out, report }: CommandSurroundings): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === 'help') {
      out(help);
      return 0;
    }
    const judged = await readAll(env);
    const found = trainingCandidates(judged, options.wish);
    if (options.aside !== undefined) writeNew(options.aside, found.aside);
    if (options.out === undefined) out(lines(found.candidates));
    else writeNew(options.out, found.candidates);
    report(summary(judged.length, found, options));
    return 0;
  } catch (error) {
    if (!(error instanceof CommandRefused || error instanceof ConfigError)) throw error;
    for (const problem of error.message.split('\n')) report(`feedback:export: ${problem}\n`);
    return error instanceof CommandRefused ? error.exitCode : 78;
  }
}

async function readAll(env: NodeJS.ProcessEnv): Promise<JudgedPrompt[]> {
  const database = await openDatabaseOf(env);
  try {
    const judged: JudgedPrompt[] = [];
    for await (const one of readJudgedPrompts(database.kysely())) judged.push(one);
    return judged;
  } catch (error) {
    // undefined_table, https://www.postgresql.org/docs/current/errcodes-appendix.html
    if ((error as { code?: unknown }).code !== '42P01') throw error;
    throw new CommandRefused(
      'the database has no table for feedback yet: start this version of Atelier on it once',
      1,
      {
        cause: error,
      },
    );
  } finally {
    await database.close();
  }
}

function lines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** People's words: for the owner's eyes only, and never over a file that was reviewed already. */
function writeNew(file: string, rows: readonly object[]): void {
  try {
    writeFileSync(file, lines(rows), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new CommandRefused(`${file} can't be written: ${(error as Error).message}`, 1, { cause: error });
  }
}

function summary(judged: number, found: TrainingCandidates, { aside, out }: ExportOptions): string {
  const { candidates, skipped, confirmed, filtered } = found;
  const confirmations = candidates.filter(({ when, was }) => when[0]?.label === was).length;
  const corrections = candidates.length - confirmations;
  const disagreeing = found.aside.filter(({ reason }) => reason === 'contradiction').length;
  const wrongOnly = found.aside.length - disagreeing;
  const to = (file: string | undefined): string => (file === undefined ? '' : ` to ${file}`);
  return [
    `judged plans: ${judged}`,
    `exported${to(out)}: corrections ${corrections}, confirmations ${confirmations}`,
    `put aside${to(aside)}: users disagree ${disagreeing}, only called wrong ${wrongOnly}`,
    `left out: confirmed ${confirmed}, by --since and --min-… ${filtered}`,
    `judgements skipped: prompt hashed ${skipped.withoutText}, not classified or context unknown ${skipped.withoutContext}, self-contradicting ${skipped.contradictsItself}`,
    '',
  ].join('\n');
}
