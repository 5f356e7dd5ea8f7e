import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { CandidateWish } from '../domain/training-candidates.js';
import { CommandRefused } from './command-refused.js';

/** What `--help` says. */
export const help = `npm run feedback:export -- [options]

Writes what users said about plans as candidates for the training of the classifier, one JSON object a line as in
apps/classifier/data/training, the most useful first: wrong and sure before wrong and unsure. Reads DATABASE_URL, or the
embedded database in DATA_DIR (./.data) while nothing else has it open.

  --out FILE            write to a new file (mode 600) instead of the standard output
  --aside FILE          write what people must decide to a new file: prompts whose users disagree, and prompts that were
                        only called wrong
  --since DATE          only prompts that were judged since then (ISO 8601; UTC unless it says otherwise)
  --min-confidence N    only what was answered with at least this confidence, 0..1
  --min-users N         only what at least so many users agree on
  --include-correct     also what was called correct, the least sure first
  --help                this text

Prompts are people's own words. @names become @ref1, addresses [link] and [email]; who wrote or judged them is left out.
Names in plain words stay: read every line before it becomes training data. Languages are not guessed ("und"), and users do
not judge whether a prompt needs a web search ("search"): complete both.
`;

/** What the person at the terminal wants. */
export interface ExportOptions {
  /** Files that do not exist yet; standard output and nothing when absent. */
  readonly out: string | undefined;
  readonly aside: string | undefined;
  readonly wish: CandidateWish;
}

/** Reads the command line. @throws CommandRefused with code 2 */
export function readOptions(args: readonly string[]): ExportOptions | 'help' {
  const { help: wantsHelp, ...values } = parse(args);
  if (wantsHelp) return 'help';
  const parsed = Values.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandRefused(`--${issue?.path.join('.')} ${issue?.message}; --help lists the options`, 2);
  }
  const { out, aside, since, ...given } = parsed.data;
  if (out !== undefined && aside !== undefined && resolve(out) === resolve(aside)) {
    throw new CommandRefused('--out and --aside must be different files', 2);
  }
  return {
    out,
    aside,
    wish: {
      since,
      includeCorrect: given['include-correct'],
      minConfidence: given['min-confidence'],
      minUsers: given['min-users'],
    },
  };
}

const number = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number')
  .transform(Number);

const newFile = z
  .string()
  .min(1, 'needs the name of a file')
  .refine((file) => !existsSync(file), 'names a file that exists already')
  .optional();

/** A time without a zone is UTC, as a date without a time is. */
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true }), z.iso.datetime({ local: true }).transform((at) => `${at}Z`)])
  .transform((text) => new Date(text));

const Values = z.object({
  out: newFile,
  aside: newFile,
  since: z
    .string()
    .refine((text) => moment.safeParse(text).success, 'must be a date such as 2026-11-21')
    .transform((text) => moment.parse(text))
    .optional(),
  'min-confidence': number
    .refine((value) => value <= 1, 'must be 0 to 1')
    .optional()
    .default(0),
  'min-users': number
    .refine((value) => Number.isInteger(value) && value >= 1, 'must be a whole number from 1')
    .optional()
    .default(1),
  'include-correct': z.boolean(),
});

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        out: { type: 'string' },
        aside: { type: 'string' },
        since: { type: 'string' },
        'min-confidence': { type: 'string' },
        'min-users': { type: 'string' },
        'include-correct': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    // Node says what is wrong in its first sentence, and then how to quote.
    const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    throw new CommandRefused(`${sentence}; --help lists the options`, 2, { cause: error });
  }
}
