// Loaded before the classifier: a version with a mistake that shows only under load. SIGUSR2 brings it out.
import { IntentClassifier } from '../../../classifier/dist/domain/classify-intent.js';

process.once('SIGUSR2', () => {
  const broken = () => {
    throw new Error('this version is made to fail');
  };
  IntentClassifier.prototype.classifyAtOnce = broken;
  IntentClassifier.prototype.classify = async () => broken();
});
