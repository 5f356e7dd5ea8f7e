import type { JudgedPrompt } from './judged-prompt.js';
import { gatherVotes, type Skipped, type Vote, type VotedPrompt } from './prompt-votes.js';

/** A line of the classifier's `data/training/*.jsonl`, and beside it what helps to review it. Says nothing about who judged it. */
export interface TrainingCandidate {
  readonly prompt: string;
  /** Not guessed: `und`, undetermined (BCP 47). */
  readonly lang: 'und';
  readonly when: readonly { readonly label: string; readonly contexts: readonly string[] }[];
  /** What was answered. */
  readonly was: string;
  readonly confidence: number;
  readonly source: string;
  readonly runner_up?: string;
  readonly corrected_from?: string;
  readonly classifier_version: string;
  /** Users who agree on the label. */
  readonly users: number;
  /** ISO 8601, of the latest judgement. */
  readonly judged_at: string;
}

/** A prompt that people must decide about: its users disagree, or none of them said what was meant. */
export interface PutAside {
  readonly prompt: string;
  readonly contexts: readonly string[];
  readonly reason: 'contradiction' | 'expected_workflow_missing';
  readonly was: string;
  readonly confidence: number;
  /** Users by the workflow that they meant. */
  readonly meant: Readonly<Record<string, number>>;
  /** Users by the workflow that they rejected without saying what they meant. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** What to export. */
export interface CandidateWish {
  /** Also what was answered correctly. */
  readonly includeCorrect: boolean;
  /** Only what was answered with at least this confidence, 0..1. */
  readonly minConfidence: number;
  /** Only what at least so many users agree on. */
  readonly minUsers: number;
  /** Only prompts with a judgement since then. */
  readonly since: Date | undefined;
}

/** What became of the judgements. */
export interface TrainingCandidates {
  readonly candidates: readonly TrainingCandidate[];
  readonly aside: readonly PutAside[];
  readonly skipped: Readonly<Skipped>;
  /** Prompts that were only confirmed, and not asked for. */
  readonly confirmed: number;
  /** Prompts that the other wishes leave out. */
  readonly filtered: number;
}

/**
 * Makes training candidates of judged prompts, the most useful first: what was answered wrongly and surely, down to what was
 * confirmed. One candidate for each prompt and context; users who disagree put it aside.
 */
export function trainingCandidates(judged: Iterable<JudgedPrompt>, wish: CandidateWish): TrainingCandidates {
  const { prompts, skipped } = gatherVotes(judged);
  const candidates: TrainingCandidate[] = [];
  const aside: PutAside[] = [];
  let confirmed = 0;
  let filtered = 0;
  for (const prompt of prompts) {
    const votes = prompt.votes.toSorted(mostUsefulFirst);
    const [first] = votes;
    if (!first || !isWished(votes, first, wish)) filtered += 1;
    else if (agreedLabel(votes) === undefined) aside.push(toPutAside(prompt, votes, first));
    else if (votes.filter(({ meant }) => meant).length < wish.minUsers) filtered += 1;
    else if (first.judgement.correct && !wish.includeCorrect) confirmed += 1;
    else candidates.push(toCandidate(prompt, votes, first));
  }
  return { candidates: candidates.sort(candidateOrder), aside: aside.sort(surestFirst), skipped, confirmed, filtered };
}

function isWished(votes: readonly Vote[], first: Vote, { since, minConfidence }: CandidateWish): boolean {
  if (first.judgement.confidence < minConfidence) return false;
  return !since || votes.some(({ judgement }) => judgement.givenAt >= since);
}

/** The one workflow that all users meant and none rejected. */
function agreedLabel(votes: readonly Vote[]): string | undefined {
  const [label, ...others] = new Set(votes.flatMap(({ meant }) => meant ?? []));
  const rejected = votes.some(({ meant, judgement }) => meant === undefined && judgement.workflow === label);
  return others.length > 0 || rejected ? undefined : label;
}

function toCandidate({ context }: VotedPrompt, votes: readonly Vote[], first: Vote): TrainingCandidate {
  const { prompt, meant, judgement } = first;
  const latest = Math.max(...votes.map((vote) => vote.judgement.givenAt.getTime()));
  return {
    prompt,
    lang: 'und',
    when: [{ label: meant ?? judgement.workflow, contexts: [context] }],
    was: judgement.workflow,
    confidence: rounded(judgement.confidence),
    source: judgement.source,
    ...(judgement.runnerUp ? { runner_up: judgement.runnerUp } : {}),
    ...(judgement.correctedFrom ? { corrected_from: judgement.correctedFrom } : {}),
    classifier_version: judgement.classifierVersion,
    users: votes.filter((vote) => vote.meant).length,
    judged_at: new Date(latest).toISOString(),
  };
}

function toPutAside({ context }: VotedPrompt, votes: readonly Vote[], { prompt, judgement }: Vote): PutAside {
  const meant = countBy(votes.map((vote) => vote.meant));
  return {
    prompt,
    contexts: [context],
    reason: Object.keys(meant).length === 0 ? 'expected_workflow_missing' : 'contradiction',
    was: judgement.workflow,
    confidence: rounded(judgement.confidence),
    meant,
    rejected: countBy(votes.map((vote) => (vote.meant ? undefined : vote.judgement.workflow))),
  };
}

/** Three decimals are what a reader needs. */
function rounded(confidence: number): number {
  return Math.round(confidence * 1_000) / 1_000;
}

function countBy(names: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) if (name) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Who said what was meant first; of these the wrong answers, the sure ones, the late ones. */
function mostUsefulFirst(a: Vote, b: Vote): number {
  return (
    Number(a.meant === undefined) - Number(b.meant === undefined) ||
    Number(a.judgement.correct) - Number(b.judgement.correct) ||
    b.judgement.confidence - a.judgement.confidence ||
    b.judgement.givenAt.getTime() - a.judgement.givenAt.getTime()
  );
}

/** Of the wrong answers the surest teach most, of the confirmed ones the least sure. */
function candidateOrder(a: TrainingCandidate, b: TrainingCandidate): number {
  const [confirmedA, confirmedB] = [a, b].map(({ when, was }) => when[0]?.label === was);
  if (confirmedA !== confirmedB) return confirmedA ? 1 : -1;
  return confirmedA ? -surestFirst(a, b) : surestFirst(a, b);
}

function surestFirst(a: { confidence: number; prompt: string }, b: { confidence: number; prompt: string }): number {
  return b.confidence - a.confidence || (a.prompt < b.prompt ? -1 : 1);
}
