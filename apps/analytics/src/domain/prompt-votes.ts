import { contextCode } from './context-code.js';
import type { JudgedPrompt } from './judged-prompt.js';
import { noWorkflow } from './labels.js';
import { maskNames } from './mask-names.js';

/** What one user said last about a prompt. */
export interface Vote {
  /** The prompt without names. */
  readonly prompt: string;
  readonly judgement: JudgedPrompt;
  /** The workflow that was meant; undefined where a user only said that the answer was wrong. */
  readonly meant: string | undefined;
}

/** One prompt, whatever its case and spacing, in one context, with one vote for each user who judged it. */
export interface VotedPrompt {
  readonly context: string;
  readonly votes: readonly Vote[];
}

/** Judgements that become no vote, by reason. */
export interface Skipped {
  /** Only a hash of the prompt is kept. */
  withoutText: number;
  /** Nothing was classified, or what the classifier was told can't be written down. */
  withoutContext: number;
  contradictsItself: number;
}

/** Gathers judgements by prompt and context. */
export function gatherVotes(judged: Iterable<JudgedPrompt>): { prompts: VotedPrompt[]; skipped: Skipped } {
  const skipped: Skipped = { withoutText: 0, withoutContext: 0, contradictsItself: 0 };
  const groups = new Map<string, { readonly context: string; readonly byUser: Map<string, Vote> }>();
  for (const judgement of judged) {
    const { prompt, mentions } = maskNames(judgement.prompt);
    const problem = problemOf(judgement, mentions);
    if (problem) {
      skipped[problem] += 1;
      continue;
    }
    const context = contextCode(judgement);
    const key = `${normalised(prompt)}\n${context}`;
    const group = groups.get(key) ?? { context, byUser: new Map<string, Vote>() };
    const known = group.byUser.get(judgement.userId);
    if (!known || known.judgement.givenAt <= judgement.givenAt) {
      group.byUser.set(judgement.userId, { prompt, judgement, meant: meantBy(judgement) });
    }
    groups.set(key, group);
  }
  const prompts = [...groups.values()].map(({ context, byUser }) => ({ context, votes: [...byUser.values()] }));
  return { prompts, skipped };
}

function problemOf(judgement: JudgedPrompt, mentions: number): keyof Skipped | undefined {
  if (judgement.promptHashed || judgement.prompt === '') return 'withoutText';
  if (judgement.classifierVersion === '') return 'withoutContext';
  // A training example has the references that its prompt mentions; other ones than the classifier saw would teach nonsense.
  if (mentions > 0 !== judgement.references > 0) return 'withoutContext';
  const { correct, expectedWorkflow, workflow } = judgement;
  const said = expectedWorkflow !== noWorkflow;
  return said && (expectedWorkflow === workflow) !== correct ? 'contradictsItself' : undefined;
}

function meantBy({ correct, workflow, expectedWorkflow }: JudgedPrompt): string | undefined {
  if (correct) return workflow;
  return expectedWorkflow === noWorkflow ? undefined : expectedWorkflow;
}

/** The same words are the same prompt, whatever their case, width and spacing. */
function normalised(prompt: string): string {
  return prompt.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
