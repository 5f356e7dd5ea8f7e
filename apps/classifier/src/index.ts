export { classifierConfig } from './classifier.config.js';
export { startClassifier } from './start-classifier.js';
