import type { Cue } from './cue.js';
import type { IntentModel, LocalAnswer } from './intent-models.js';
import { type IntentContext, type IntentStep, type Workflow, workflows } from './intent.js';
import { findJoints, tellsToChange, tellsToMove } from './step-words.js';

/** The picture is edited first, then the result is set in motion. */
export interface IntentSteps {
  readonly edit: IntentStep;
  readonly motion: IntentStep;
  /** 0..1: how sure the local model is of the part that it is less sure of. */
  readonly confidence: number;
}

const edits: readonly Workflow[] = [
  'image_editing',
  'reference_styling',
  'hair_styling',
  'style_transfer',
  'image_enhancement',
];
/** A step costs money: each part has to be this clear by itself. */
const sureOfEdit = 0.9;
const sureOfMotion = 0.75;
/** Whoever writes more than this describes a scene; the numbers of tokens and of cuts also bound the work. */
const mostTokens = 80;
const mostCuts = 6;

/** Something that happens over time: then the change is the motion, not an edit before it. */
const overTime: ReadonlySet<string> = new Set([
  'ACTION',
  'ANIMATE',
  'CAMERA',
  'TIMELAPSE',
  'VIDEO',
  'LOOP',
  'SOUND',
  'DURATION',
]);
/** What only touches these is done while it moves. */
const byTheWay: ReadonlySet<string> = new Set([
  'EXPRESSION',
  'BOILER',
  'ME',
  'PERSON',
  'IMGREF',
  'OWNIMG',
  'GOAL',
  'LOOKCAM',
]);
const colours: ReadonlySet<string> = new Set(['RECOLOR', 'HAIRCOLOR']);
const becoming =
  /^\S+ .*\b(?:change|turn|become|grow|fade|appear|disappear|melt|morph|rain|snow|smoke|fog|mist|wind|fire|sparks?|lightning|confetti|bubbles)\b/;

/**
 * The two steps of a prompt that wants an existing picture edited and then animated; undefined when one step will do,
 * which is also the answer in every doubtful case. It asks the local model only, at most a dozen times.
 */
export function findSteps(
  model: Pick<IntentModel, 'classify'>,
  prompt: string,
  context: IntentContext,
  { reading }: LocalAnswer,
): IntentSteps | undefined {
  const images = context.workingImages + context.uploadedImages + context.references.length;
  if (images === 0 || reading.tokens.count > mostTokens) return undefined;
  const text = prompt
    .replace(/[\n\r]+/g, '. ')
    .replace(/\s+/g, ' ')
    .trim();
  const found = findJoints(text, mostCuts).flatMap(({ from, to, reversed }) => {
    const parts = [text.slice(0, from).trim(), text.slice(to).trim()] as const;
    const [edit, motion] = reversed ? [parts[1], parts[0]] : parts;
    return judge(model, edit, motion, context) ?? [];
  });
  return found.toSorted((one, other) => other.confidence - one.confidence)[0];
}

/** The whole prompt in the light of its parts: motion wins over any still edit, however much of the prompt speaks of it. */
export function hearMotion(whole: LocalAnswer, { confidence }: IntentSteps): LocalAnswer {
  const heard = motionOf(whole);
  if (heard >= confidence) return whole;
  const rest = (1 - confidence) / (1 - heard);
  const probabilities = whole.probabilities.map((probability, at) =>
    workflows[at] === 'image_to_video' ? confidence : probability * rest,
  );
  return { ...whole, probabilities };
}

function judge(
  model: Pick<IntentModel, 'classify'>,
  edit: string,
  motion: string,
  context: IntentContext,
): IntentSteps | undefined {
  if (!tellsToChange(edit) || !tellsToMove(motion)) return undefined;
  const moving = model.classify(motion, context);
  if (motionOf(moving) < sureOfMotion || opensWith(moving.reading.cues, 'NEG')) return undefined;
  const editing = model.classify(edit, context);
  const [workflow, confidence] = likeliestEdit(editing);
  if (confidence < sureOfEdit || !changesThePicture(editing)) return undefined;
  return {
    edit: { workflow, prompt: edit },
    motion: { workflow: 'image_to_video', prompt: motion },
    confidence: Math.min(confidence, motionOf(moving)),
  };
}

/** Something is really to be changed, at once, and is not ruled out. */
function changesThePicture({ reading: { tokens, cues } }: LocalAnswer): boolean {
  if (cues.some(({ tag, modality }) => tag === 'NEG' || (overTime.has(tag) && modality === 'wanted'))) return false;
  if (becoming.test(tokens.text)) return false;
  // "Turn the page": only what is turned into something is edited.
  if (/^turn (?!.*\binto\b)/.test(tokens.text) && !cues.some(({ tag }) => colours.has(tag))) return false;
  return cues.some(({ tag, modality }) => modality === 'wanted' && !byTheWay.has(tag));
}

function opensWith(cues: readonly Cue[], tag: string): boolean {
  return cues.some((cue) => cue.tag === tag && cue.from < 3);
}

function motionOf({ probabilities }: LocalAnswer): number {
  return probabilities[workflows.indexOf('image_to_video')] ?? 0;
}

/** The likeliest of the edits, and how sure it is that it is one of them. */
function likeliestEdit({ probabilities }: LocalAnswer): readonly [Workflow, number] {
  const all = edits.map((workflow) => [workflow, probabilities[workflows.indexOf(workflow)] ?? 0] as const);
  const [workflow] = all.reduce((one, other) => (other[1] > one[1] ? other : one));
  return [workflow, all.reduce((sum, [, probability]) => sum + probability, 0)];
}
