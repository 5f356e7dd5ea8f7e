import { counter } from '@atelier/service-defaults';
import type { IntentClassifierOptions } from '../domain/classify-intent.js';

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

/** Counts what the classifier tells of. */
export const intentFigures: Required<Pick<IntentClassifierOptions, 'onLookup' | 'onRemoteAnswer'>> = {
  onLookup: (result) => lookups.inc({ result }),
  onRemoteAnswer: (how) => remoteAnswers.inc({ how }),
};
