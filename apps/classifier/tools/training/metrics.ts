import { workflows, type IntentContext, type Workflow } from '../../src/domain/intent.js';
import type { LocalIntentModel } from '../../src/infra/local-model/local-intent-model.js';

/** A labelled prompt to measure on. */
export interface Case {
  prompt: string;
  context: IntentContext;
  label: Workflow;
  search: boolean;
  lang: string;
}

export interface Outcome extends Case {
  predicted: Workflow;
  confidence: number;
  searchProbability: number;
}

export function predictAll(model: LocalIntentModel, cases: readonly Case[]): Outcome[] {
  return cases.map((item) => {
    const { probabilities, requiresWebSearch } = model.classify(item.prompt, item.context);
    let best = 0;
    for (let k = 1; k < probabilities.length; k += 1)
      if ((probabilities[k] ?? 0) > (probabilities[best] ?? 0)) best = k;
    return {
      ...item,
      predicted: workflows[best] ?? 'image_generation',
      confidence: probabilities[best] ?? 0,
      searchProbability: requiresWebSearch,
    };
  });
}

export function accuracy(outcomes: readonly Outcome[]): number {
  return outcomes.filter((outcome) => outcome.predicted === outcome.label).length / Math.max(1, outcomes.length);
}

/** Expected calibration error over ten equal-width bins of confidence. */
export function expectedCalibrationError(outcomes: readonly Outcome[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin += 1) {
    const inside = outcomes.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin);
    if (inside.length === 0) continue;
    const confidence = inside.reduce((sum, outcome) => sum + outcome.confidence, 0) / inside.length;
    error += (inside.length / outcomes.length) * Math.abs(confidence - accuracy(inside));
  }
  return error;
}

/** A plain-text report: accuracy, ECE, per-label precision/recall, confusion, coverage–accuracy, web-search F1. */
export function report(title: string, outcomes: readonly Outcome[]): string {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const lines = [
    `## ${title}: ${outcomes.length} cases, accuracy ${percent(accuracy(outcomes))}, ECE ${expectedCalibrationError(outcomes).toFixed(3)}`,
  ];
  lines.push('label               n    precision  recall   confused with');
  for (const label of workflows) {
    const actual = outcomes.filter((outcome) => outcome.label === label);
    const predicted = outcomes.filter((outcome) => outcome.predicted === label);
    const hits = actual.filter((outcome) => outcome.predicted === label).length;
    const confused = workflows
      .map((other) => ({ other, n: actual.filter((outcome) => outcome.predicted === other).length }))
      .filter(({ other, n }) => other !== label && n > 0)
      .map(({ other, n }) => `${other} ${n}`);
    lines.push(
      `${label.padEnd(19)} ${String(actual.length).padEnd(4)} ${percent(hits / Math.max(1, predicted.length)).padEnd(10)} ${percent(hits / Math.max(1, actual.length)).padEnd(8)} ${confused.join(', ')}`,
    );
  }
  const sorted = [...outcomes].sort((a, b) => b.confidence - a.confidence);
  const coverage = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) => {
    const top = sorted.slice(0, Math.round(share * sorted.length));
    return `${Math.round(share * 100)} % → ${percent(accuracy(top))} (≥ ${(top[top.length - 1]?.confidence ?? 0).toFixed(2)})`;
  });
  lines.push(`coverage → accuracy: ${coverage.join(', ')}`);
  const wanted = outcomes.filter((outcome) => outcome.search);
  const said = outcomes.filter((outcome) => outcome.searchProbability >= 0.5);
  const both = wanted.filter((outcome) => outcome.searchProbability >= 0.5).length;
  const f1 = wanted.length + said.length === 0 ? 1 : (2 * both) / (wanted.length + said.length);
  lines.push(`web search: ${wanted.length} needed, ${said.length} said, ${both} both, F1 ${f1.toFixed(2)}`);
  const notEnglish = outcomes.filter((outcome) => outcome.lang !== 'en');
  if (notEnglish.length > 0)
    lines.push(`not English: ${notEnglish.length} cases, accuracy ${percent(accuracy(notEnglish))}`);
  return lines.join('\n');
}
