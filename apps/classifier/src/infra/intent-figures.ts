import { counter } from '@atelier/service-defaults';
import type { IntentClassifierOptions } from '../domain/classify-intent.js';
import type { ClassificationSource } from '../domain/intent.js';

const lookups = counter({
  name: 'atelier_intent_lookups_total',
  help: 'Classifications by what the cache did: hit, miss, bypassed',
  labelNames: ['result'],
});
const remoteAnswers = counter({
  name: 'atelier_intent_remote_answers_total',
  help: 'Classifications that needed the language model: asked, shared with one under way, remembered from another process',
  labelNames: ['how'],
});

const answers = counter({
  name: 'atelier_classifications_total',
  help: 'Classifications by the stage that answered: cache, local, llm, fallback, classic',
  labelNames: ['source'],
});

/** Counts an answer; `fallback` is what a version is judged by. */
export function countClassification(source: ClassificationSource): void {
  answers.inc({ source });
}

/** Counts what the classifier tells of. */
export const intentFigures: Required<Pick<IntentClassifierOptions, 'onLookup' | 'onRemoteAnswer'>> = {
  onLookup: (result) => lookups.inc({ result }),
  onRemoteAnswer: (how) => remoteAnswers.inc({ how }),
};
