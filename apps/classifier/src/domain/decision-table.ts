import { createHash } from 'node:crypto';
import { type DecisionRow, DecisionTableError, lineError, readRows } from './decision-rows.js';
import { isWorkflow, workflows, type IntentContext, type Workflow } from './intent.js';
import { parameterProblem } from './neutral-parameters.js';
import type { PromptFeatures } from './prompt-features.js';

export { DecisionTableError, MAX_TABLE_BYTES } from './decision-rows.js';

/** What the table says about an answer: the workflow that stands, what the request still needs, what is set for it. */
export interface Decision {
  readonly workflow: Workflow;
  readonly missingInputs: readonly string[];
  /** Neutral generation parameters by their REST names; a flag is `on` or `off`. */
  readonly parameters: Readonly<Record<string, string>>;
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
const knownInputs: readonly string[] = ['image'];
const withoutImage: ReadonlySet<Workflow> = new Set(['image_generation', 'video_generation', 'text_to_video']);

/** A decision and the line that made it. */
interface Ruled extends Decision {
  readonly line: number;
}

/** The rules that correct the models: every combination of prompt features, image flags and workflow has exactly one outcome. */
export class DecisionTable {
  /** Changes with the text of the table: eight hexadecimal digits of its SHA-256. */
  readonly version: string;
  private readonly decisions: ReadonlyMap<string, Decision>;

  private constructor(decisions: ReadonlyMap<string, Decision>, version: string) {
    this.decisions = decisions;
    this.version = version;
  }

  /**
   * Reads and checks CSV text.
   * @throws DecisionTableError on a hole, two rows for one case, an unknown word, an outcome that is itself corrected,
   * or one that needs an image and does not ask for it
   */
  static parse(csv: string): DecisionTable {
    const decisions = new Map<string, Ruled>();
    for (const row of readRows(csv, columns)) {
      for (const values of combinations(row)) {
        const key = values.join();
        const earlier = decisions.get(key);
        if (earlier) {
          throw new DecisionTableError(
            `Two rows of the decision table match ${describe(values)}: lines ${earlier.line} and ${row.line}.`,
          );
        }
        decisions.set(key, ruling(row, values[values.length - 1] ?? ''));
      }
    }
    for (const values of product(names.map((name) => conditions[name]))) checkCase(values, decisions);
    return new DecisionTable(decisions, createHash('sha256').update(csv).digest('hex').slice(0, 8));
  }

  /** The one outcome of a case. */
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

function* combinations({ line, cells }: DecisionRow): Generator<string[]> {
  yield* product(
    names.map((name) => {
      const allowed: readonly string[] = conditions[name];
      const cell = cells[name] ?? '';
      const values = cell === 'any' ? allowed : cell.split('|').map((value) => value.trim());
      const unknown = values.find((value) => !allowed.includes(value));
      if (unknown !== undefined) throw lineError(line, `${name} cannot be "${unknown}"`);
      const twice = values.find((value, at) => values.indexOf(value) !== at);
      if (twice !== undefined) throw lineError(line, `${name} lists "${twice}" twice`);
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

function ruling({ line, cells }: DecisionRow, workflow: string): Ruled {
  const outcome = cells.outcome === 'same' ? workflow : cells.outcome;
  if (!isWorkflow(outcome)) throw lineError(line, `unknown outcome "${cells.outcome}"`);
  const list = (cell = ''): string[] => cell.split(';').flatMap((item) => item.trim() || []);
  const missingInputs = list(cells.missing);
  const unknown = missingInputs.find((input) => !knownInputs.includes(input));
  if (unknown !== undefined) throw lineError(line, `missing cannot be "${unknown}", only ${knownInputs.join(', ')}`);
  const parameters: Record<string, string> = {};
  for (const pair of list(cells.parameters)) {
    const at = pair.indexOf('=');
    if (at < 0) throw lineError(line, `"${pair}" is not name=value`);
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    const problem = parameterProblem(name, value);
    if (problem !== undefined) throw lineError(line, problem);
    if (Object.hasOwn(parameters, name)) throw lineError(line, `${name} is set twice`);
    parameters[name] = value;
  }
  return { line, workflow: outcome, missingInputs, parameters };
}

/** A case has an outcome, that outcome stands when it is judged again, and it asks for the image that it needs. */
function checkCase(values: readonly string[], decisions: ReadonlyMap<string, Ruled>): void {
  const found = decisions.get(values.join());
  if (!found) throw new DecisionTableError(`No row of the decision table matches ${describe(values)}.`);
  const again = decisions.get([...values.slice(0, -1), found.workflow].join());
  if (again && (again.workflow !== found.workflow || again.missingInputs.join() !== found.missingInputs.join())) {
    throw lineError(
      found.line,
      `its outcome ${found.workflow} for ${describe(values)} does not stand: line ${again.line} makes it ` +
        `${again.workflow}${again.missingInputs.length > 0 ? ` with a missing ${again.missingInputs.join(', ')}` : ''}`,
    );
  }
  const hasImage = names.some((name, at) => images.has(name) && values[at] === 'yes');
  if (hasImage || withoutImage.has(found.workflow) || found.missingInputs.includes('image')) return;
  throw lineError(found.line, `${found.workflow} without any image (${describe(values)}) must list image as missing`);
}

const images: ReadonlySet<string> = new Set(['working', 'uploaded', 'referenced']);

function describe(values: readonly string[]): string {
  return names.map((name, i) => `${name}=${values[i] ?? ''}`).join(' ');
}
