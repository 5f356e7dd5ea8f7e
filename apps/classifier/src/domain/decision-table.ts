import { parse } from 'csv-parse/sync';
import { isWorkflow, workflows, type IntentContext, type Workflow } from './intent.js';
import type { PromptFeatures } from './prompt-features.js';

/** What the table says about an answer: the workflow that stands, and what the request still needs. */
export interface Decision {
  workflow: Workflow;
  missingInputs: string[];
  parameters: Record<string, string>;
}

/** A table that is not usable: a hole, two rows for one case, an unknown word. The message names the row or the case. */
export class DecisionTableError extends Error {
  override readonly name = 'DecisionTableError';
}

const yesNo = ['yes', 'no'] as const;
const conditions = {
  speaks_of_image: yesNo,
  starts_over: yesNo,
  sound: ['wanted', 'refused', 'unsaid'],
  working: yesNo,
  uploaded: yesNo,
  referenced: yesNo,
  workflow: workflows,
} as const satisfies Record<string, readonly string[]>;
const names = Object.keys(conditions) as (keyof typeof conditions)[];
const columns = [...names, 'outcome', 'missing', 'parameters'];

/** The rules that correct the models: every combination of prompt features, image flags and workflow has exactly one outcome. */
export class DecisionTable {
  private readonly decisions: ReadonlyMap<string, Decision>;

  private constructor(decisions: ReadonlyMap<string, Decision>) {
    this.decisions = decisions;
  }

  /** Reads and checks CSV text; throws a DecisionTableError on any hole, overlap or unknown word. */
  static parse(csv: string): DecisionTable {
    let rows: Record<string, string>[];
    try {
      rows = parse(csv, { columns: true, comment: '#', comment_no_infix: true, skip_empty_lines: true, trim: true });
    } catch (cause) {
      throw new DecisionTableError(
        `The decision table is not CSV: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    const missing = columns.filter((column) => !(column in (rows[0] ?? {})));
    if (missing.length > 0)
      throw new DecisionTableError(`The decision table lacks the columns: ${missing.join(', ')}.`);
    const decisions = new Map<string, Decision>();
    for (const [at, row] of rows.entries()) {
      for (const values of combinations(row, at + 1)) {
        const key = values.join();
        if (decisions.has(key))
          throw new DecisionTableError(
            `Two rows of the decision table match ${describe(values)}; the second is row ${at + 1}.`,
          );
        decisions.set(key, decisionOf(row, values[values.length - 1] ?? '', at + 1));
      }
    }
    for (const values of product(names.map((name) => conditions[name]))) {
      if (!decisions.has(values.join()))
        throw new DecisionTableError(`No row of the decision table matches ${describe(values)}.`);
    }
    return new DecisionTable(decisions);
  }

  decide(workflow: Workflow, features: PromptFeatures, context: IntentContext): Decision {
    const flag = (value: boolean): string => (value ? 'yes' : 'no');
    const key = [
      flag(features.speaksOfImage),
      flag(features.startsOver),
      features.sound,
      flag(context.workingImages > 0),
      flag(context.uploadedImages > 0),
      flag(context.references.length > 0),
      workflow,
    ].join();
    const decision = this.decisions.get(key);
    if (!decision) throw new DecisionTableError(`The decision table has no outcome for ${key}.`);
    return decision;
  }
}

function* combinations(row: Record<string, string>, number: number): Generator<string[]> {
  yield* product(
    names.map((name) => {
      const allowed: readonly string[] = conditions[name];
      const cell = row[name] ?? '';
      const values = cell === 'any' ? allowed : cell.split('|');
      const unknown = values.find((value) => !allowed.includes(value));
      if (unknown !== undefined)
        throw new DecisionTableError(`Row ${number} of the decision table: ${name} cannot be "${unknown}".`);
      return values;
    }),
  );
}

function* product(lists: readonly (readonly string[])[]): Generator<string[]> {
  const [first, ...rest] = lists;
  if (!first) {
    yield [];
    return;
  }
  for (const value of first) for (const tail of product(rest)) yield [value, ...tail];
}

function decisionOf(row: Record<string, string>, workflow: string, number: number): Decision {
  const outcome = row.outcome === 'same' ? workflow : row.outcome;
  if (!isWorkflow(outcome))
    throw new DecisionTableError(`Row ${number} of the decision table: unknown outcome "${row.outcome}".`);
  const list = (cell: string | undefined): string[] =>
    (cell ?? '')
      .split(';')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  const parameters: Record<string, string> = {};
  for (const pair of list(row.parameters)) {
    const [name = '', value] = pair.split('=');
    if (value === undefined)
      throw new DecisionTableError(`Row ${number} of the decision table: "${pair}" is not name=value.`);
    parameters[name] = value;
  }
  return { workflow: outcome, missingInputs: list(row.missing), parameters };
}

function describe(values: readonly string[]): string {
  return names.map((name, i) => `${name}=${values[i] ?? ''}`).join(' ');
}
