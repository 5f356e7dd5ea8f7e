import { isDoubtful, isShort } from './classic-rules.js';
import type { Decision, DecisionTable } from './decision-table.js';
import type { IntentSteps } from './intent-steps.js';
import type { LanguageModelAnswer, LanguageModelFailure, LocalAnswer } from './intent-models.js';
import { workflows, type Classification, type IntentContext, type RunnerUp, type Workflow } from './intent.js';
import { languageModelFailureText } from './language-model-failure.js';
import { pooledConfidence } from './pooled-confidence.js';
import { isEnhancementNeeded } from './prompt-enhancement.js';
import { promptFeatures } from './prompt-features.js';
import { explainIntent, explainSteps } from './reasoning.js';
import { webSearchQuery } from './web-search-query.js';

/** What an answer is made of. */
export interface Findings {
  readonly prompt: string;
  readonly context: IntentContext;
  readonly local: LocalAnswer;
  /** What the local model found to be asked for one after the other, in the light of which `local` is. */
  readonly steps?: IntentSteps | undefined;
  readonly table: DecisionTable;
  /** What the language model said, or why it said nothing; absent when it was not asked. */
  readonly remote?: LanguageModelAnswer | LanguageModelFailure;
}

const WEB_SEARCH_FROM = 0.5;
const SURE_OF_AN_IMAGE = 0.9;
const stillEdits: ReadonlySet<Workflow> = new Set([
  'image_editing',
  'image_enhancement',
  'reference_styling',
  'hair_styling',
  'style_transfer',
]);
/** A stage that failed leaves an answer nobody checked: it never looks surer than this. */
const FALLBACK_CONFIDENCE_LIMIT = 0.6;
const DOUBTFUL_CONFIDENCE_LIMIT = 0.3;

/** The models' words, corrected by the decision table, as one answer. */
export function composeClassification(findings: Findings): Classification {
  const { prompt, context, local, steps: found, table, remote: stage } = findings;
  const failure = typeof stage === 'string' ? stage : undefined;
  const remote = typeof stage === 'string' ? undefined : stage;
  const features = promptFeatures(local.reading);
  // The local model knows which pictures there are. If it is sure that a still one shall be changed, the prompt speaks of
  // one, in words that the features do not know: "put me in a tuxedo".
  const heardImage = (answer: Workflow): boolean =>
    features.speaksOfImage ||
    (stillEdits.has(answer) && (local.probabilities[workflows.indexOf(answer)] ?? 0) >= SURE_OF_AN_IMAGE);
  const decide = (answer: Workflow): Decision =>
    table.decide(answer, { ...features, speaksOfImage: heardImage(answer) }, context);
  const ranking = ranked(local.probabilities);
  const workflow = remote?.workflow ?? ranking[0]?.workflow ?? 'image_generation';
  const probability = local.probabilities[workflows.indexOf(workflow)] ?? 0;
  const confidence = remote ? pooledConfidence(local.probabilities, workflow, remote.confidence) : probability;
  const decision = decide(workflow);
  const corrected = decision.workflow !== workflow;
  const steps = decision.workflow === 'image_to_video' && !isDoubtful(prompt) ? found : undefined;
  const requiresWebSearch =
    (steps?.edit.workflow ?? decision.workflow) === 'reference_styling' &&
    (remote?.requiresWebSearch ?? local.requiresWebSearch >= WEB_SEARCH_FROM);
  const explained = steps
    ? explainSteps(steps)
    : remote && !corrected
      ? remote.reasoning
      : explainIntent(decision.workflow, local.reading, context);
  return {
    workflow: decision.workflow,
    confidence: Math.min(
      confidence,
      isDoubtful(prompt) ? DOUBTFUL_CONFIDENCE_LIMIT : failure ? FALLBACK_CONFIDENCE_LIMIT : 1,
    ),
    reasoning: failure ? `Fallback: the language model ${languageModelFailureText[failure]}. ${explained}` : explained,
    requiresWebSearch,
    webSearchQuery: requiresWebSearch ? remote?.webSearchQuery || webSearchQuery(prompt, local.reading) : '',
    enhancementNeeded: failure ? isShort(prompt) : isEnhancementNeeded(prompt),
    source: remote ? 'llm' : failure ? 'fallback' : 'local',
    missingInputs: [...decision.missingInputs],
    ...runnerUpTo(decision.workflow, ranking, decide),
    ...(corrected ? { correctedFrom: workflow } : {}),
    ...(Object.keys(decision.parameters).length > 0 ? { parameters: { ...decision.parameters } } : {}),
    ...(steps ? { steps: [steps.edit, steps.motion] } : {}),
  };
}

/** All workflows, the likeliest first. */
function ranked(probabilities: Float64Array): RunnerUp[] {
  const all = workflows.map((workflow, i) => ({ workflow, confidence: probabilities[i] ?? 0 }));
  return all.sort((a, b) => b.confidence - a.confidence);
}

/** The likeliest other answer that is possible: a question must not offer what the table refuses. */
function runnerUpTo(answer: Workflow, ranking: readonly RunnerUp[], decide: (answer: Workflow) => Decision) {
  for (const { workflow, confidence } of ranking) {
    const possible = decide(workflow).workflow;
    if (possible !== answer) return { runnerUp: { workflow: possible, confidence } };
  }
  return {};
}
