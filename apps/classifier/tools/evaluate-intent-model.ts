/** Measures the local intent model on prompts of held-out authors and on a labelled development set when one lies beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { classifyByKeywords } from '../src/domain/classic-rules.ts';
import { isWorkflow } from '../src/domain/intent.ts';
import { LocalIntentModel } from '../src/infra/local-model/local-intent-model.ts';
import { predictAll, report, type Case } from './training/metrics.ts';
import { readWritten } from './training/training-set.ts';

const data = new URL('../data/', import.meta.url);
const { values } = parseArgs({
  options: { model: { type: 'string' }, devset: { type: 'string' }, errors: { type: 'boolean' } },
});
const loadStarted = performance.now();
const model = LocalIntentModel.load(values.model ?? new URL('intent-model.bin', data).pathname);
const loadMs = performance.now() - loadStarted;

show('held-out authors', readWritten(new URL('held-out/', data).pathname));
const devset = values.devset ?? new URL('../../../../shared/intent/devset.jsonl', import.meta.url).pathname;
if (existsSync(devset)) {
  const cases = readDevset(devset);
  show('development set', cases);
  const times = cases.flatMap((item) =>
    Array.from({ length: 20 }, () => time(() => model.classify(item.prompt, item.context))),
  );
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(share * times.length)] ?? 0).toFixed(3);
  console.log(
    `model ${model.version}: load ${loadMs.toFixed(0)} ms; per prompt p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; rss ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  );
}

function show(title: string, cases: readonly Case[]): void {
  const outcomes = predictAll(model, cases);
  const byRules = cases.filter(({ prompt, context, label }) => classifyByKeywords(prompt, context).workflow === label);
  const share = ((100 * byRules.length) / cases.length).toFixed(1);
  console.log(`${report(title, outcomes)}\nkeyword rules (strategy classic): accuracy ${share} %\n`);
  if (!values.errors) return;
  for (const miss of outcomes.filter((outcome) => outcome.predicted !== outcome.label)) {
    const { workingImages, uploadedImages, references } = miss.context;
    console.log(
      `  ${miss.label} ≠ ${miss.predicted} ${miss.confidence.toFixed(2)} [w${workingImages} u${uploadedImages} r${references.length}] ${miss.prompt.slice(0, 160)}`,
    );
  }
  console.log();
}

function readDevset(path: string): Case[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row = JSON.parse(line) as {
        prompt: string;
        label: string;
        lang: string;
        requires_web_search: boolean;
        context: { working_images: number; uploaded_images: number; references: string[] };
      };
      if (!isWorkflow(row.label)) throw new RangeError(`Unknown label in the development set: ${row.label}`);
      return {
        prompt: row.prompt,
        label: row.label,
        lang: row.lang,
        search: row.requires_web_search,
        context: {
          workingImages: row.context.working_images,
          uploadedImages: row.context.uploaded_images,
          references: row.context.references,
        },
      };
    });
}

function time(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}
